import TorchOptim

/// The learning rate at each position of a stage: a linear warm-up, then a cosine, a line or a constant.
///
/// The formulas are those of `LearningRateSchedule`. With a length in steps the step counts, with a length in epochs or
/// samples the pairs seen, with a length in seconds the time spent; a warm-up in steps then multiplies a shape over the
/// whole time.
public struct TrainingSchedule: Equatable, Sendable {
    private let pace: TrainingPace
    private let length, warmup: TrainingDuration
    private let warmupEnd: TrainingPace.Span
    private let rates: LearningRateSchedule

    /// Makes the schedule of a recipe.
    public init(_ recipe: Recipe, pace: TrainingPace) {
        self.pace = pace
        length = recipe.length
        warmup = recipe.schedule.warmup
        warmupEnd = pace.end(of: recipe.schedule.warmup)
        rates = LearningRateSchedule(
            peak: recipe.peakLearningRate,
            minimum: recipe.schedule.minimum,
            shape: recipe.schedule.kind.shape
        )
    }

    /// The learning rate of the step that follows a position.
    public func learningRate(at position: TrainingPosition) -> Double {
        let step = position.stepInStage, seconds = position.secondsInStage
        switch (warmupEnd, pace.length) {
        case (.steps(let rise), .steps(let total)):
            if step < rise {
                return rates.peak * (pace.place(of: step, in: warmup) + 1) / pace.place(of: rise, in: warmup)
            }
            return rate(step, from: rise, to: total)
        case (.seconds(let rise), .seconds(let total)):
            return rates.rate(fraction: seconds / total, warmup: rise / total)
        case (.steps(let rise), .seconds(let total)):
            let done = pace.place(of: step, in: warmup) + 1
            let share = min(1, done / max(pace.place(of: rise, in: warmup), 1))
            return rates.rate(fraction: seconds / total, warmup: 0) * share
        // A pace is never made of such a recipe.
        case (.seconds, .steps(let total)): return rate(step, from: 0, to: total)
        }
    }

    /// The rate after the warm-up, which ended with the step `first`.
    private func rate(_ step: Int, from first: Int, to last: Int) -> Double {
        let start = pace.place(of: first, in: length)
        let span = pace.place(of: last, in: length) - start
        let fraction = span > 0 ? (pace.place(of: step, in: length) - start) / span : 1
        return rates.rate(fraction: fraction, warmup: 0)
    }
}

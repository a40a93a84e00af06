import TorchOptim

/// The learning rate at each position of a stage: a linear warm-up, then a cosine or a constant.
///
/// The formulas are those of `LearningRateSchedule`. With a length in steps the step counts, with a length in
/// seconds the time spent; a warm-up in steps then multiplies a shape over the whole time.
public struct TrainingSchedule: Equatable, Sendable {
    private let length: TrainingPace.Span
    private let warmup: TrainingPace.Span
    private let rates: LearningRateSchedule

    /// Makes the schedule of a recipe.
    public init(_ recipe: Recipe, pace: TrainingPace) {
        length = pace.length
        warmup = pace.span(of: recipe.schedule.warmup)
        rates = LearningRateSchedule(
            peak: recipe.optimizer.learningRate,
            minimum: recipe.schedule.minimum,
            shape: recipe.schedule.kind == .cosine ? .cosine : .constant
        )
    }

    /// The learning rate of the step that follows a position.
    public func learningRate(at position: TrainingPosition) -> Double {
        let step = position.stepInStage, seconds = position.secondsInStage
        switch (warmup, length) {
        case (.steps(let rise), .steps(let total)):
            return rates.rate(step: step, of: total, warmup: rise)
        case (.seconds(let rise), .seconds(let total)):
            return rates.rate(fraction: seconds / total, warmup: rise / total)
        case (.steps(let rise), .seconds(let total)):
            let share = min(1, Double(step + 1) / Double(max(rise, 1)))
            return rates.rate(fraction: seconds / total, warmup: 0) * share
        // A pace is never made of such a recipe.
        case (.seconds, .steps(let total)):
            return rates.rate(step: step, of: total, warmup: 0)
        }
    }
}

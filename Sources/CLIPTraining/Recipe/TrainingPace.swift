import Foundation

/// The durations of one stage's recipe as steps or seconds, once the size of the data is known.
///
/// Epochs and samples are numbers of pairs: where a run is resumed with another batch (see ``continued(from:)``), what
/// was said in them still ends at that many pairs, and schedules count pairs. Steps stay steps, and time stays time.
public struct TrainingPace: Equatable, Sendable {
    /// A duration that needs no further knowledge.
    public enum Span: Equatable, Sendable {
        /// Optimizer steps.
        case steps(Int)
        /// Seconds of training.
        case seconds(Double)
    }

    /// Pairs in one step.
    public let batch: Int
    /// Pairs in one epoch.
    public let samplesPerEpoch: Int
    /// The length of the stage.
    public private(set) var length: Span
    private let lengthOfRecipe: TrainingDuration
    private(set) var clock: StageClock

    /// Resolves the length of a recipe.
    ///
    /// Throws `RecipeError` where the data holds less than one batch, or the warm-up leaves nothing of the run.
    public init(_ recipe: Recipe, samplesPerEpoch: Int) throws {
        guard samplesPerEpoch >= recipe.batch, recipe.batch > 0 else {
            let reason = "\(recipe.batch) pairs are wanted in a batch and the data holds \(samplesPerEpoch)."
            throw RecipeError([RecipeProblem(.conflict(reason: reason), path: "batch")])
        }
        let problems = Self.conflicts(in: recipe, samplesPerEpoch: samplesPerEpoch)
        guard problems.isEmpty else { throw RecipeError(problems) }
        batch = recipe.batch
        self.samplesPerEpoch = samplesPerEpoch
        lengthOfRecipe = recipe.length
        clock = StageClock(batch: recipe.batch)
        length = .steps(0)
        length = end(of: recipe.length)
    }

    /// The pace from a position on, whose ``TrainingPosition/batchChanges`` say how many pairs the steps before it had.
    public func continued(from position: TrainingPosition) -> TrainingPace {
        var pace = self
        pace.clock = StageClock(batch: batch, at: position)
        pace.length = pace.end(of: lengthOfRecipe)
        return pace
    }

    /// A duration as steps of the present batch (rounded up, so that what was asked for is reached) or seconds.
    public func span(of duration: TrainingDuration) -> Span {
        guard case .percent(let percent) = duration else {
            return span(of: duration, on: StageClock(batch: batch))
        }
        switch length {
        case .steps(let steps):
            return .steps((place(of: steps, in: lengthOfRecipe) * percent / 100).wholeNumber)
        case .seconds(let seconds): return .seconds(seconds * percent / 100)
        }
    }

    /// When a duration ends that began with the stage: after so many of its steps, or seconds.
    func end(of duration: TrainingDuration) -> Span {
        guard case .percent(let percent) = duration else { return span(of: duration, on: clock) }
        guard case .steps(let steps) = length, countsPairs(duration), !clock.isEven else {
            return span(of: duration)
        }
        return .steps(clock.step(reaching: clock.samples(at: steps) * percent / 100))
    }

    private func span(of duration: TrainingDuration, on clock: StageClock) -> Span {
        switch duration {
        case .epochs(let count): .steps(clock.step(reaching: count * Double(samplesPerEpoch)))
        case .samples(let count): .steps(clock.step(reaching: count))
        case .steps(let count): .steps(count)
        case .seconds(let count): .seconds(count)
        // Only a length can be no percentage, and its recipe was refused.
        case .percent: .steps(0)
        }
    }

    /// How often a multiple of a duration is passed from a position on.
    func cadence(of duration: TrainingDuration, from position: TrainingPosition) -> Cadence {
        let counts = countsPairs(duration)
        return Cadence(
            span(of: duration),
            from: position,
            batch: counts ? batch : 1,
            lead: counts ? clock.lead : 0
        )
    }

    /// Where a step of the stage lies on the scale of a duration: steps, or pairs in units of the present batch.
    func place(of step: Int, in duration: TrainingDuration) -> Double {
        countsPairs(duration) ? clock.batches(at: step) : Double(step)
    }

    /// Share of the stage that is done at a position, 0…1.
    public func fraction(at position: TrainingPosition) -> Double {
        switch length {
        case .steps(let steps):
            let done = place(of: position.stepInStage, in: lengthOfRecipe)
            let all = place(of: steps, in: lengthOfRecipe)
            return done >= all ? 1 : done / all
        case .seconds(let seconds): return min(1, position.secondsInStage / seconds)
        }
    }

    /// Whether the stage ends at a position.
    public func isComplete(at position: TrainingPosition) -> Bool { fraction(at: position) >= 1 }

    /// Epochs of the stream of samples that lie behind a position.
    public func epochs(at position: TrainingPosition) -> Double {
        Double(position.dataPosition) / Double(samplesPerEpoch)
    }

    /// Whether a duration stands for a number of pairs.
    private func countsPairs(_ duration: TrainingDuration) -> Bool {
        switch duration {
        case .epochs, .samples: true
        case .steps, .seconds: false
        case .percent:
            if case .percent = lengthOfRecipe { false } else { countsPairs(lengthOfRecipe) }
        }
    }
}

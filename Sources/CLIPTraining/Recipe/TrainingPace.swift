import Foundation

/// The durations of one stage's recipe as steps or seconds, once the size of the data is known.
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
    public let length: Span

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
        length = Self.span(of: recipe.length, batch: recipe.batch, samplesPerEpoch: samplesPerEpoch)
    }

    /// A duration as steps (rounded up, so that what was asked for is reached) or seconds.
    public func span(of duration: TrainingDuration) -> Span {
        guard case .percent(let percent) = duration else {
            return Self.span(of: duration, batch: batch, samplesPerEpoch: samplesPerEpoch)
        }
        switch length {
        case .steps(let steps): return .steps((Double(steps) * percent / 100).wholeNumber)
        case .seconds(let seconds): return .seconds(seconds * percent / 100)
        }
    }

    /// Share of the stage that is done at a position, 0…1.
    public func fraction(at position: TrainingPosition) -> Double {
        switch length {
        case .steps(let steps): min(1, Double(position.stepInStage) / Double(steps))
        case .seconds(let seconds): min(1, position.secondsInStage / seconds)
        }
    }

    /// Whether the stage ends at a position.
    public func isComplete(at position: TrainingPosition) -> Bool { fraction(at: position) >= 1 }

    /// Epochs of the stream of samples that lie behind a position.
    public func epochs(at position: TrainingPosition) -> Double {
        Double(position.dataPosition) / Double(samplesPerEpoch)
    }

    private static func span(of duration: TrainingDuration, batch: Int, samplesPerEpoch: Int) -> Span {
        let perStep = Double(batch)
        switch duration {
        case .epochs(let count): return .steps((count * Double(samplesPerEpoch) / perStep).wholeNumber)
        case .samples(let count): return .steps(count / batch + (count % batch == 0 ? 0 : 1))
        case .steps(let count): return .steps(count)
        case .seconds(let count): return .seconds(count)
        // Only a length can be no percentage, and its recipe was refused.
        case .percent: return .steps(0)
        }
    }
}

extension Double {
    /// Rounded up; what no integer can hold becomes more than any run reaches.
    fileprivate var wholeNumber: Int { Int(min(rounded(.up), 1e18)) }
}

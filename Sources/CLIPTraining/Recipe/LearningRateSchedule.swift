import Foundation

/// The learning rate of each step: a linear warm-up, then a cosine or a constant.
///
/// With a length in steps this is open_clip's `lr * (step + 1) / warmup`, then
/// `lr * (1 + cos(pi * (step - warmup) / (total - warmup))) / 2`. With a length in seconds the time spent
/// takes the place of the step; a warm-up in steps then multiplies a cosine over the whole time.
public struct LearningRateSchedule: Equatable, Sendable {
    private let pace: TrainingPace
    private let kind: Recipe.Schedule.Kind
    private let warmup: TrainingPace.Span
    private let peak: Double
    private let floor: Double

    /// Makes the schedule of a recipe.
    public init(_ recipe: Recipe, pace: TrainingPace) {
        self.pace = pace
        kind = recipe.schedule.kind
        warmup = pace.span(of: recipe.schedule.warmup)
        peak = recipe.optimizer.learningRate
        floor = recipe.schedule.minimum / recipe.optimizer.learningRate
    }

    /// The learning rate of the step that follows a position.
    ///
    /// - Parameter peak: Another peak than the optimizer's; the minimum keeps its ratio to the peak.
    public func learningRate(at position: TrainingPosition, peak: Double? = nil) -> Double {
        (peak ?? self.peak) * factor(at: position)
    }

    /// The share of the peak, 0…1.
    public func factor(at position: TrainingPosition) -> Double {
        let step = Double(position.step), seconds = position.elapsedSeconds
        switch (warmup, pace.length) {
        case (.steps(let rise), .steps(let total)):
            if position.step < rise { return (step + 1) / Double(rise) }
            return shape(at: (step - Double(rise)) / Double(max(total - rise, 1)))
        case (.seconds(let rise), .seconds(let total)):
            if seconds < rise { return seconds / rise }
            return shape(at: (seconds - rise) / (total - rise))
        case (.steps(let rise), .seconds(let total)):
            return min(1, (step + 1) / Double(max(rise, 1))) * shape(at: seconds / total)
        case (.seconds(let rise), .steps(let total)):
            return min(1, seconds / max(rise, .leastNormalMagnitude)) * shape(at: step / Double(total))
        }
    }

    private func shape(at fraction: Double) -> Double {
        switch kind {
        case .constant: 1
        case .cosine: floor + (1 - floor) * 0.5 * (1 + cos(Double.pi * min(max(fraction, 0), 1)))
        }
    }
}

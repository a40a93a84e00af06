import Foundation

/// The learning rate over a run: a linear rise, then a constant, or half a cosine or a line down to the minimum.
public struct LearningRateSchedule: Sendable, Codable, Equatable {
    /// What follows the rise.
    public enum Shape: String, Sendable, Codable, CaseIterable {
        /// The peak to the end.
        case constant
        /// Half a cosine from the peak down to the minimum.
        case cosine
        /// A line from the peak down to the minimum.
        case linear
    }

    /// The rate at the end of the rise, and at the end of the fall.
    public var peak, minimum: Double
    /// What follows the rise.
    public var shape: Shape

    /// Creates a schedule.
    public init(peak: Double, minimum: Double = 0, shape: Shape = .cosine) {
        self.peak = peak
        self.minimum = minimum
        self.shape = shape
    }

    /// The rate of one step, counted from 0, of `total`.
    ///
    /// During the rise it is peak · (step + 1) / warmup. Past the end it stays.
    public func rate(step: Int, of total: Int, warmup: Int) -> Double {
        if step < warmup { return peak * Double(step + 1) / Double(warmup) }
        let length = total - warmup
        return rate(afterRise: length > 0 ? Double(step - warmup) / Double(length) : 1)
    }

    /// The rate at a fraction of the run, for runs that are bounded by time; both lie in 0...1.
    public func rate(fraction: Double, warmup: Double) -> Double {
        let fraction = min(max(fraction, 0), 1)
        if fraction < warmup { return peak * fraction / warmup }
        return rate(afterRise: warmup < 1 ? (fraction - warmup) / (1 - warmup) : 0)
    }

    private func rate(afterRise progress: Double) -> Double {
        switch shape {
        case .constant: peak
        case .linear: minimum + (peak - minimum) * (1 - min(max(progress, 0), 1))
        case .cosine: minimum + (peak - minimum) * (1 + cos(.pi * min(max(progress, 0), 1))) / 2
        }
    }
}

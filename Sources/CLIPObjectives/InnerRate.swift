internal import Foundation

/// The rate γ at which moving averages of normalizers follow the batches: `u ← (1 - γ) u + γ g`.
///
/// It is constant within an epoch, and 1 in the first, in which every sample is met for the first time.
public enum InnerRate: Sendable, Equatable {
    /// The same γ from the second epoch on.
    case constant(Double)
    /// From 1 down to `minimum` at epoch `epochs`: `½ (1 + cos(π e / E)) (1 - γ_min) + γ_min` (FastCLIP).
    case cosine(minimum: Double, epochs: Double)

    /// The smallest γ.
    public var minimum: Double {
        switch self {
        case .constant(let rate): rate
        case .cosine(let minimum, _): minimum
        }
    }

    /// γ in an epoch, counted from 0.
    public func rate(epoch: Int) -> Double {
        guard epoch > 0 else { return 1 }
        switch self {
        case .constant(let rate): return rate
        case .cosine(let minimum, let epochs):
            guard Double(epoch) < epochs else { return minimum }
            return 0.5 * (1 + cos(.pi * Double(epoch) / epochs)) * (1 - minimum) + minimum
        }
    }

    /// The smallest γ that FastCLIP's authors came to use in 2025 for a run of `epochs`:
    /// `min(1, 4.177 · epochs^-0.7265)`.
    public static func recommendedMinimum(epochs: Double) -> Double {
        min(1, 4.177 * pow(epochs, -0.7265))
    }
}

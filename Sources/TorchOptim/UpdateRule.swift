public import Torch

/// What tells one optimizer from another: its settings, what it remembers of each parameter, and its step.
///
/// ``GroupedOptimizer`` does the rest.
public protocol UpdateRule: Sendable, Equatable {
    /// The usual settings.
    init()
    /// λ of the parameters that decay.
    var weightDecay: Double { get }
    /// Which parameters decay.
    var decayRule: DecayRule { get }
    /// What is remembered of each parameter, in tensors of its shape that start at 0, for example `first_moment`.
    var moments: [String] { get }

    /// Checks the settings.
    ///
    /// - Throws: ``OptimizerError`` when one lies outside of its range.
    func validate() throws

    /// One step in place.
    func apply(_ update: ParameterUpdate, to group: ParameterGroup) throws
}

extension UpdateRule {
    func validateRange(_ name: String, _ value: Double) throws {
        guard value >= 0, value < 1 else {
            throw OptimizerError.setting(name, found: value, expected: "from 0 to below 1")
        }
    }

    func validateEpsilon(_ epsilon: Double) throws {
        guard epsilon > 0, epsilon.isFinite else {
            throw OptimizerError.setting("epsilon", found: epsilon, expected: "above 0")
        }
    }

    func validateDecay() throws {
        guard weightDecay >= 0, weightDecay.isFinite else {
            throw OptimizerError.setting("weight decay", found: weightDecay, expected: "0 or more")
        }
    }
}

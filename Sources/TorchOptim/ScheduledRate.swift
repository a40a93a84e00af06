public import Torch

/// The learning rate of a schedule in one step.
public struct ScheduledRate {
    /// The rate, as far as the host knows it.
    public var value: Double
    /// Multiplies the rate: float32, one element, on the parameters' device. The host does not wait for it.
    public var factor: Tensor?

    /// Creates a rate.
    public init(_ value: Double, factor: Tensor? = nil) {
        self.value = value
        self.factor = factor
    }
}

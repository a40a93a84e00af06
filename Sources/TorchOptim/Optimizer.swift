public import Torch
public import TorchNN

/// Moves parameters along their gradients.
public protocol Optimizer: AnyObject {
    /// What it trains.
    var parameters: [ParameterStore.Entry] { get }
    /// Parameters that share decay, rate and schedule, for logs.
    var groups: [ParameterGroup] { get }

    /// Steps taken, without those that were skipped. Waits for the device.
    func stepCount() throws -> Int

    /// Moves every parameter that has a gradient.
    ///
    /// - Parameters:
    ///   - learningRate: The rate that the schedule gives; groups scale it.
    ///   - rates: Rates of groups that follow another schedule (``ParameterSettings/schedule``), by its name. A group
    ///     whose schedule is not among them takes the rate of all.
    ///   - divisor: A float32 tensor of one element that divides every gradient first.
    ///   - skip: A float32 tensor of one element; where it is 1, nothing changes and the step does not count.
    func step(learningRate: Double, rates: [String: ScheduledRate], divisor: Tensor?, skip: Tensor?) throws

    /// A copy of everything that the next step depends on beside parameters and gradients.
    func snapshot() throws -> OptimizerState

    /// Continues from a snapshot.
    ///
    /// - Throws: ``OptimizerError`` when it belongs to other parameters; nothing changes then.
    func restore(_ state: OptimizerState) throws
}

extension Optimizer {
    /// Moves every parameter that has a gradient, all on one schedule.
    public func step(learningRate: Double, divisor: Tensor? = nil, skip: Tensor? = nil) throws {
        try step(learningRate: learningRate, rates: [:], divisor: divisor, skip: skip)
    }

    /// The gradients that exist, in the order of the parameters.
    public func gradients() -> [Tensor] { parameters.compactMap(\.tensor.gradient) }

    /// Drops all gradients.
    public func clearGradients() throws {
        for parameter in parameters { try parameter.tensor.setGradient(nil) }
    }
}

/// What an optimiser remembers between steps.
public struct OptimizerState {
    /// Steps taken.
    public var stepCount: Int
    /// Tensors under `slot.parameter`, for example `first_moment.visual.proj`.
    public var tensors: [String: Tensor]

    /// Creates a state.
    public init(stepCount: Int, tensors: [String: Tensor]) {
        self.stepCount = stepCount
        self.tensors = tensors
    }
}

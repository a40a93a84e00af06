public import Torch
public import TorchDistributed

/// A loss in closed form: it maps features to the gradients of features.
///
/// The gradients are those of the mean loss over the global batch. They go into one backward pass through the
/// towers, so no matrix of similarities ever sits in an autograd graph, and the features may come from any
/// number of forward passes. Only objectives with state per sample wait for the device: their state lies in a file.
public protocol Objective {
    /// The loss of a batch and its gradients.
    ///
    /// - Throws: ``ObjectiveError`` when the input does not fit together; `TorchError` from the engine.
    mutating func evaluate(_ input: ObjectiveInput, collective: any Collective) throws -> ObjectiveOutput

    /// The normalizers, to be measured; nil for a loss without any.
    var normalizers: (any NormalizerSource)? { get }

    /// Moves the parameters that the objective trains back into their bounds; called after the optimizer.
    func constrain(_ parameters: [String: Tensor]) throws

    /// What the next evaluation depends on, beside parameters and state per sample, by name; copies.
    func snapshot() throws -> [String: Tensor]

    /// Continues from a snapshot.
    ///
    /// - Throws: ``ObjectiveError`` when it lacks what this objective needs; nothing changes then.
    mutating func restore(_ state: [String: Tensor]) throws
}

extension Objective {
    /// None.
    public var normalizers: (any NormalizerSource)? { nil }
    /// Nothing: the objective learns nothing itself.
    public func snapshot() throws -> [String: Tensor] { [:] }
    /// Nothing to continue from.
    public mutating func restore(_ state: [String: Tensor]) throws {}
}

public import Torch

/// Trades time for memory: keeps the inputs of the segments of a network instead of what they compute inside.
///
/// For segments `x₁ = f₁(x₀), …, xₙ = fₙ(xₙ₋₁)` between recorded operations, ``callAsFunction(_:_:)`` computes
/// each `xᵢ` without recording and hands out a leaf in its place, where the graph is cut. ``backward(_:)`` runs
/// from the outputs down to the last leaves, and then, for `i = n … 1`, computes `fᵢ(xᵢ₋₁)` again, recorded, and
/// runs from there with the gradient that arrived at `xᵢ`; the first segment's runs on into the graph before it.
/// At any time the activations of one segment are in memory, and the inputs of all that are left.
///
/// A segment has to give the same again: what it draws at random it has to draw from a key. Then the gradients are
/// those of the uncut graph. They have the same bits where a computation repeated gives the same bits, as on the
/// CPU, and no parameter is used in more than one place; elsewhere sums may be grouped differently.
///
/// All of this runs on the calling thread; no segment is called by libtorch. A tape serves one pass.
public final class ActivationTape {
    private struct Segment {
        let inputs: [Tensor]
        let body: ([Tensor]) throws -> [Tensor]
        /// The leaves that stand for what `body` gave.
        let outputs: [Tensor]
    }

    private var segments: [Segment] = []

    /// How many segments wait for ``backward(_:)``.
    package var segmentCount: Int { segments.count }

    /// Creates a tape on which nothing is kept yet.
    public init() {}

    /// Computes `body(inputs)`, of which only the inputs are kept.
    ///
    /// Where no gradient will be asked for, because neither an input nor a parameter requires one, this is
    /// `body(inputs)`: the graph is not cut, nothing is kept, and nothing is computed again.
    ///
    /// - Parameters:
    ///   - parameters: The tensors that `body` uses in addition to its inputs; nil where some of them require gradients.
    ///   - body: Is called again in ``backward(_:)``; a tensor made by recorded operations may reach it
    ///     through `inputs` alone, and may go into one segment only.
    public func callAsFunction(
        _ inputs: [Tensor],
        parameters: [Tensor]? = nil,
        _ body: @escaping ([Tensor]) throws -> [Tensor]
    ) throws -> [Tensor] {
        // Nothing comes back through what is not recorded.
        guard isRecordingGradients else { return try body(inputs) }
        let isTrained = parameters?.contains(where: \.requiresGradient) ?? true
        guard isTrained || inputs.contains(where: \.requiresGradient) else { return try body(inputs) }
        let outputs = try withoutGradient { try body(inputs).map { try $0.detached() } }
        for output in outputs { try output.setRequiresGradient(true) }
        segments.append(Segment(inputs: inputs, body: body, outputs: outputs))
        return outputs
    }

    /// One backward pass over outputs that were computed with this tape, each with its gradient of the same
    /// shape; the tape is empty afterwards.
    ///
    /// Gradients accumulate in the leaves before, inside and after the segments, as by
    /// ``Torch/backward(_:keepGraph:)``.
    public func backward(_ outputs: [(output: Tensor, gradient: Tensor)]) throws {
        defer { segments = [] }
        try Torch.backward(outputs)
        while let segment = segments.popLast() { try Self.backward(through: segment) }
    }

    private static func backward(through segment: Segment) throws {
        // An output that nothing used has no gradient, and a segment without any has nothing to pass on.
        let gradients = segment.outputs.map(\.gradient)
        guard gradients.contains(where: { $0 != nil }) else { return }
        for output in segment.outputs { try output.setGradient(nil) }
        let again = try segment.body(segment.inputs)
        // Frozen parameters may leave some of the outputs without a graph.
        try Torch.backward(
            zip(again, gradients).compactMap { output, gradient in
                output.requiresGradient ? gradient.map { (output, $0) } : nil
            }
        )
    }
}

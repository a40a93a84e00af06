public import Torch

extension TransformerBlock {
    /// One block as a segment of `tape`, which keeps the stream before it and nothing inside; without a tape,
    /// one block. A frozen block that nothing trained comes before is not kept.
    public func callAsFunction(
        _ stream: Stream,
        _ sequences: PackedSequences,
        dtype: DType,
        readout: Tensor? = nil,
        tape: ActivationTape?
    ) throws -> Stream {
        guard let tape else { return try self(stream, sequences, dtype: dtype, readout: readout) }
        return try Stream(
            tape(stream.tensors, parameters: parameters) { tensors in
                try self(Stream(tensors), sequences, dtype: dtype, readout: readout).tensors
            }
        )
    }
}

extension TransformerBlock {
    /// All weights and biases of the block.
    var parameters: [Tensor] {
        [firstNorm, secondNorm].flatMap { [$0.weight, $0.bias] }
            + [attention.input, attention.output, expand, project].flatMap {
                [$0.weight] + ($0.bias.map { [$0] } ?? [])
            }
    }
}

extension TransformerBlock.Stream {
    fileprivate var tensors: [Tensor] { [residual] + (branch.map { [$0] } ?? []) }

    fileprivate init(_ tensors: [Tensor]) {
        self.init(residual: tensors[0], branch: tensors.count > 1 ? tensors[1] : nil)
    }
}

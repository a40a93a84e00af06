import Torch
import TorchNN

/// A block of a decoder: `x + Attention(norm₁ x)`, then `x + down(silu(gate) · up)(norm₂ x)`.
///
/// Like `TransformerBlock` it hands on the residual, in float32, and the branch that is still to be added.
struct DecoderBlock {
    /// RMSNorm before attention and before the feed-forward part.
    let firstNorm, secondNorm: RootMeanSquareNorm
    let query, key, value, output: Projection
    let gate, up, down: Projection
    /// The number in the stack.
    let index: Int

    /// `residual + branch` in, the same out; as a segment of the pass's tape where it has one.
    func callAsFunction(_ stream: [Tensor], _ pass: DecoderPass) throws -> [Tensor] {
        guard let tape = pass.tape else { return try compute(stream, pass) }
        return try tape(stream, parameters: parameters) { try compute($0, pass) }
    }

    private func compute(_ stream: [Tensor], _ pass: DecoderPass) throws -> [Tensor] {
        let (first, rows) = try firstNorm.adding(
            stream.count > 1 ? stream[1] : nil,
            to: stream[0],
            dtype: pass.dtype
        )
        let keys = pass.dropoutKeys
        let attended = try pass.attention.attend(
            query: query(rows, dropoutKeys: keys),
            key: self.key(rows, dropoutKeys: keys),
            value: value(rows, dropoutKeys: keys),
            block: index
        )
        let (second, hidden) = try secondNorm.adding(
            output(attended, dropoutKeys: keys),
            to: first,
            dtype: pass.dtype
        )
        let inner = try gate(hidden, dropoutKeys: keys).gating(up(hidden, dropoutKeys: keys))
        return [second, try down(inner, dropoutKeys: keys)]
    }

    var projections: [Projection] { [query, key, value, output, gate, up, down] }
    private var parameters: [Tensor] { projections.flatMap(\.parameters) }
}

/// `weight · (x / √(mean(x²) + ε))`
struct RootMeanSquareNorm {
    let weight: Tensor
    let epsilon: Double

    func adding(_ branch: Tensor?, to residual: Tensor, dtype: DType) throws -> (
        sum: Tensor, normalized: Tensor
    ) {
        try residual.addRMSNorm(branch, weight: weight, epsilon: epsilon, dtype: dtype)
    }
}

/// What all blocks of one pass are given.
struct DecoderPass {
    let attention: any DecoderAttention
    /// What projections compute in.
    let dtype: DType
    var dropoutKeys: Tensor?
    var tape: ActivationTape?
}

/// How the rows of a pass see each other.
protocol DecoderAttention {
    /// Projected rows, not yet rotated, to attended values `[T, heads · D]`.
    func attend(query: Tensor, key: Tensor, value: Tensor, block: Int) throws -> Tensor
}

/// Each row of a packed sequence sees the others of it.
struct PackedAttention: DecoderAttention {
    let sequences: PackedSequences
    let cosine, sine: Tensor
    let heads, groups: Int
    let isCausal: Bool

    func attend(query: Tensor, key: Tensor, value: Tensor, block: Int) throws -> Tensor {
        let rows = try Tensor.rotatedHeads(
            query: query,
            key: key,
            value: value,
            cosine: cosine,
            sine: sine,
            heads: heads,
            groups: groups
        )
        return try packedAttention(rows, sequences, heads: heads, causal: isCausal)
    }
}

public import Torch

/// A pre-norm transformer block over packed rows:
/// `x + Attention(LN₁ x)`, then `x + MLP(LN₂ x)`.
///
/// Blocks hand each other the residual and the branch that is still to be added, so that the addition and the
/// next normalisation are one pass.
public struct TransformerBlock {
    let firstNorm, secondNorm: LayerNorm
    let attention: SelfAttention
    let expand, project: Linear
    let activation: Activation

    /// Creates a block from its layers.
    public init(
        firstNorm: LayerNorm,
        attention: SelfAttention,
        secondNorm: LayerNorm,
        expand: Linear,
        project: Linear,
        activation: Activation
    ) {
        self.firstNorm = firstNorm
        self.attention = attention
        self.secondNorm = secondNorm
        self.expand = expand
        self.project = project
        self.activation = activation
    }

    /// Rows on their way between blocks: the value is `residual + branch`.
    public struct Stream {
        /// `[T, W]`
        public var residual: Tensor
        /// `[T, W]`; nil before the first block.
        public var branch: Tensor?

        /// Creates a stream.
        public init(residual: Tensor, branch: Tensor? = nil) {
            self.residual = residual
            self.branch = branch
        }

        /// The sum.
        public func joined() throws -> Tensor { try branch.map { try residual + $0 } ?? residual }
    }

    /// One block, computing in `dtype`.
    ///
    /// - Parameter readout: Row numbers (int64 `[N]`). When given, only these rows come out: past the attention
    ///   nothing else is computed, which is exact, because rows no longer see each other there.
    public func callAsFunction(
        _ stream: Stream,
        _ sequences: PackedSequences,
        dtype: DType,
        readout: Tensor? = nil
    ) throws -> Stream {
        var (first, rows) = try firstNorm.adding(stream.branch, to: stream.residual, dtype: dtype)
        rows = try attention.attend(rows, sequences)
        if let readout {
            first = try first.indexSelect(readout)
            rows = try rows.indexSelect(readout)
        }
        let (second, hidden) = try secondNorm.adding(attention.output(rows), to: first, dtype: dtype)
        return Stream(residual: second, branch: try project(expand(hidden).activated(activation)))
    }
}

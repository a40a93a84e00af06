/// What a tower holds in memory between the forward and the backward pass of some inputs, in bytes.
///
/// Counted from what the layers keep for their backward passes. With rows of `W` float32 between the blocks, `c` bytes for
/// a number that a block computes, `H` heads and a hidden layer of `M`, a block keeps for each row
/// `8·W + c·(6·W + 2·M) + 4·H + 16`: two sums and their statistics; two normalised rows, queries, keys and values, what
/// they attend to; the hidden layer before and after its activation; the normalizers of attention. Blocks without attention keep
/// `4·W + c·(W + 2·M) + 8`.
public struct TowerMemory: Equatable, Sendable {
    /// What is kept from the forward to the backward pass.
    public var activations = 0.0
    /// What is there in addition while one checkpointed block is computed again.
    public var recomputedBlock = 0.0
    /// What a forward pass that is not recorded holds at a time.
    public var unrecordedPass = 0.0
    /// What the gradient of the largest table takes before it is added to those of earlier parts.
    public var tableGradient = 0.0

    private init() {}

    /// A tower that holds nothing worth counting.
    package static let zero = TowerMemory()

    /// Counts a tower.
    ///
    /// - Parameters:
    ///   - count: Inputs at a time.
    ///   - computeBytes: Bytes of a number that a block computes: 4, or 2 for bfloat16.
    ///   - weightBytes: Bytes of a number of the weights.
    public init(
        _ work: TowerWorkload,
        _ training: TowerTraining,
        count: Int,
        computeBytes: Int,
        weightBytes: Int = 4
    ) {
        let (width, mlp, bytes) = (Double(work.width), Double(work.mlpWidth), Double(computeBytes))
        let (rows, inputs) = (work.tokens.most(of: count), Double(count))
        let statistics = 4 * Double(work.heads) + 16
        let block =
            work.hasAttention
            ? rows * (8 * width + bytes * (6 * width + 2 * mlp) + statistics)
            : rows * (4 * width + bytes * (width + 2 * mlp) + 8)
        let last =
            work.readsOneRow
            ? rows * ((4 + 5 * bytes) * width + statistics - 8)
                + inputs * (4 * width + bytes * (2 * width + 2 * mlp) + 8)
            : block + rows * (4 * width + 8)
        let stream = rows * (4 + bytes) * width
        let layers = Double(training.recordedLayers)
        // Copies of matrices in the type of the products stay for the backward pass; narrower weights are widened again.
        let copied = computeBytes < weightBytes ? bytes : 0
        let matrices = copied * Double(work.blockWeights)
        tableGradient = training.isRecorded ? 4 * Double(work.tableValues) : 0
        unrecordedPass =
            rows * (8 * width + bytes * (width + 2 * mlp)) + inputs * 4 * Double(work.inputValues) + matrices
        guard training.isRecorded else { return }
        if training.checkpointsBlocks {
            activations = layers * stream
            recomputedBlock = layers > 0 ? block + 2 * stream + matrices : 0
        } else if layers > 0 {
            activations = (layers - 1) * block + last + layers * matrices
        }
        // The feature's row, before and after its normalisation, and what it is projected to.
        activations += inputs * 20 * width
        guard training.recordedLayers == work.layers else { return }
        activations += rows * (work.normalizesInput ? 4 * width + 8 : 16)
        if training.trainsPatches {
            activations += inputs * bytes * Double(work.patches * work.patchValues)
            activations += copied * Double(work.patchValues) * width
        }
    }
}

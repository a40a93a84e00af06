internal import Torch

/// The similarities of this rank's anchors of one side with every candidate of the other side.
///
/// Anchors are taken in chunks so that temporary matrices stay within the workspace. The similarities of a single
/// chunk are computed once and kept; of several, each is computed again when its weights are due.
struct SimilarityGrid {
    /// The similarity that stands for "not a negative": the exponential of its logit is zero, and unlike that
    /// of -∞ the logit's product with zero is zero.
    static let excluded = -1e30

    /// Features of the anchors on this rank `[b, D]`, and of the candidates on all ranks `[B, D]`.
    private(set) var anchors, candidates: Tensor
    /// 1/τ of the anchors, `[b, 1]` or `[1, 1]`.
    private(set) var anchorScale: Tensor
    /// 1/τ of the candidates as anchors of the other side, `[1, B]` or `[1, 1]`.
    private(set) var candidateScale: Tensor
    /// The candidate that is the first anchor's positive; the others follow in order.
    let firstPositive: Int
    /// Group keys of the anchors `[b]` and of the candidates `[B]`.
    private(set) var groups: (anchors: Tensor, candidates: Tensor)?
    /// The anchors of each chunk.
    let chunks: [Range<Int>]
    /// The only chunk's similarities, once known.
    private var kept: Block?

    /// One chunk: the similarities `[m, B]`, excluded where there is no negative, and those of the positives `[m]`.
    struct Block {
        let negatives, positives: Tensor
    }

    /// Creates a grid whose temporary matrices take about `workspace` bytes.
    ///
    /// - Parameters:
    ///   - anchorScale: 1/τ of the anchors, `[b]` or `[1]`.
    ///   - candidateScale: 1/τ of all candidates, `[B]` or `[1]`.
    init(
        anchors: Tensor,
        candidates: Tensor,
        anchorScale: Tensor,
        candidateScale: Tensor,
        firstPositive: Int,
        groups: (anchors: Tensor, candidates: Tensor)?,
        workspace: Int
    ) throws {
        self.anchors = anchors
        self.candidates = candidates
        self.anchorScale = try anchorScale.unsqueezed(1)
        self.candidateScale = try candidateScale.unsqueezed(0)
        self.firstPositive = firstPositive
        self.groups = groups
        // Four matrices at a time: similarities, logits, the weights of either side.
        let bytesPerAnchor = 4 * candidates.size(0) * anchors.dtype.byteCount
        let count = anchors.size(0)
        let step = min(count, max(1, workspace / bytesPerAnchor))
        chunks = stride(from: 0, to: count, by: step).map { $0..<min($0 + step, count) }
        kept = chunks.count == 1 ? try computed(chunks[0]) : nil
    }

    /// The same pairs seen from the candidates, for a process that holds all anchors.
    ///
    /// Similarities that are kept are shared, so both directions together take one product.
    func transposed() throws -> SimilarityGrid {
        var other = self
        (other.anchors, other.candidates) = (candidates, anchors)
        other.anchorScale = try candidateScale.transposed()
        other.candidateScale = try anchorScale.transposed()
        other.groups = groups.map { (anchors: $0.candidates, candidates: $0.anchors) }
        other.kept = try kept.map {
            Block(negatives: try $0.negatives.transposed(), positives: $0.positives)
        }
        return other
    }

    /// The similarities of a chunk, which nobody may change.
    func block(_ chunk: Range<Int>) throws -> Block { try kept ?? computed(chunk) }

    /// 1/τ of a chunk's anchors, `[m, 1]` or `[1, 1]`.
    func scale(_ chunk: Range<Int>) throws -> Tensor {
        anchorScale.size(0) == 1 ? anchorScale : try anchorScale.slice(chunk)
    }

    /// How many negatives each anchor has, `[b]`: all candidates but its own positive and those of equal group.
    func negativeCounts() throws -> Tensor {
        let all = Double(candidates.size(0))
        guard let groups else {
            return try Tensor.full([anchors.size(0)], all - 1, dtype: anchors.dtype, on: anchors.device)
        }
        return try Tensor.concatenate(
            chunks.map { chunk in
                let same = try groups.anchors.slice(chunk).unsqueezed(1) .== groups.candidates.unsqueezed(0)
                return try all - same.to(anchors.dtype).sum(dims: [1])
            }
        )
    }

    private func computed(_ chunk: Range<Int>) throws -> Block {
        let similarities = try anchors.slice(chunk).matmul(candidates.transposed())
        let own = (firstPositive + chunk.lowerBound)..<(firstPositive + chunk.upperBound)
        let diagonal = try similarities.slice(own, dim: 1).diagonal()
        let positives = try diagonal.cloned()
        try diagonal.fill(Self.excluded)
        if let groups {
            let same = try groups.anchors.slice(chunk).unsqueezed(1) .== groups.candidates.unsqueezed(0)
            try similarities.fill(Self.excluded, where: same)
        }
        return Block(negatives: similarities, positives: positives)
    }
}

internal import Torch

/// The logits of this rank's anchors of one side against every candidate of the other side.
///
/// Anchors are taken in chunks so that temporary matrices stay within the workspace. The logits of a single
/// chunk are computed once and kept; of several, each is computed again when its weights are due.
struct LogitGrid {
    /// The logit that stands for "not a negative": its exponential is zero, and unlike that of -∞ its
    /// product with zero is zero.
    static let excluded = -1e30

    /// Features of the anchors on this rank `[b, D]`, and of the candidates on all ranks `[B, D]`.
    private(set) var anchors, candidates: Tensor
    /// The logit scale 1/τ, of rank 0.
    let scale: Tensor
    /// The candidate that is the first anchor's positive; the others follow in order.
    let firstPositive: Int
    /// Group keys of the anchors `[b]` and of the candidates `[B]`.
    private(set) var groups: (anchors: Tensor, candidates: Tensor)?
    /// The anchors of each chunk.
    let chunks: [Range<Int>]
    /// The only chunk's logits, once known.
    private var kept: Block?

    /// One chunk: the logits `[m, B]`, excluded where there is no negative, and those of the positives `[m]`.
    struct Block {
        let negatives, positives: Tensor
    }

    /// Creates a grid whose temporary matrices take about `workspace` bytes.
    init(
        anchors: Tensor,
        candidates: Tensor,
        scale: Tensor,
        firstPositive: Int,
        groups: (anchors: Tensor, candidates: Tensor)?,
        workspace: Int
    ) throws {
        self.anchors = anchors
        self.candidates = candidates
        self.scale = scale
        self.firstPositive = firstPositive
        self.groups = groups
        // Four matrices at a time: logits, the weights of either side, and one product.
        let bytesPerAnchor = 4 * candidates.size(0) * anchors.dtype.byteCount
        let count = anchors.size(0)
        let step = min(count, max(1, workspace / bytesPerAnchor))
        chunks = stride(from: 0, to: count, by: step).map { $0..<min($0 + step, count) }
        kept = chunks.count == 1 ? try computed(chunks[0]) : nil
    }

    /// The same pairs seen from the candidates, for a process that holds all anchors.
    ///
    /// Logits that are kept are shared, so both directions together take one product.
    func transposed() throws -> LogitGrid {
        var other = self
        (other.anchors, other.candidates) = (candidates, anchors)
        other.groups = groups.map { (anchors: $0.candidates, candidates: $0.anchors) }
        other.kept = try kept.map {
            Block(negatives: try $0.negatives.transposed(), positives: $0.positives)
        }
        return other
    }

    /// The logits of a chunk, which nobody may change.
    func block(_ chunk: Range<Int>) throws -> Block { try kept ?? computed(chunk) }

    private func computed(_ chunk: Range<Int>) throws -> Block {
        let logits = try (anchors.slice(chunk) * scale).matmul(candidates.transposed())
        let own = (firstPositive + chunk.lowerBound)..<(firstPositive + chunk.upperBound)
        let diagonal = try logits.slice(own, dim: 1).diagonal()
        let positives = try diagonal.cloned()
        try diagonal.fill(Self.excluded)
        if let groups {
            let same = try groups.anchors.slice(chunk).unsqueezed(1) .== groups.candidates.unsqueezed(0)
            try logits.fill(Self.excluded, where: same)
        }
        return Block(negatives: logits, positives: positives)
    }
}

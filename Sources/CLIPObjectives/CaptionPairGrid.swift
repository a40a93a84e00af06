internal import Torch
internal import TorchDistributed

/// This rank's queries against all documents, and its documents against all queries.
struct CaptionPairGrid {
    /// What this rank's queries say.
    struct Queries {
        /// `dq`, `[b, D]`.
        let gradient: Tensor
        /// `ln Σ_j exp(z_ij)` over the positive and the negatives, `[b]`.
        let logSum: Tensor
        /// Sums over this rank's pairs of the loss, of hits, of the positives' similarities, and of 1/τ.
        let sums: Tensor
    }

    /// Pairs of the global batch.
    let batch: Int
    private let input: ObjectiveInput
    private let scale: Double
    private let workspace: Int
    private let firstPair: Int
    /// Documents of all ranks `[k·N, D]`: all positives, then all negatives. Queries of all ranks `[N, D]`.
    private let documents, allQueries: Tensor
    /// This rank's documents `[b, k, D]`.
    private let own: Tensor
    /// The keys of all texts `[N, 1 + k]`, the query's first.
    private let keys: Tensor?

    init(_ input: ObjectiveInput, scale: Double, workspace: Int, collective: any Collective) throws {
        self.input = input
        self.scale = scale
        self.workspace = workspace
        batch = input.count * collective.count
        firstPair = collective.rank * input.count
        own = try input.text.rank == 3 ? input.text : input.text.unsqueezed(1)
        let all = try collective.gather(own.contiguous())
        documents = try all.transposed(0, 1).contiguous().reshaped([-1, input.image.size(1)])
        allQueries = try collective.gather(input.image)
        keys = try input.groups.map { try collective.gather($0) }
    }

    private var kinds: Int { own.size(1) }

    /// Three matrices at a time: logits, weights and what is left out.
    private func chunks(_ count: Int, against others: Int) -> [Range<Int>] {
        let step = min(count, max(1, workspace / (3 * others * input.image.dtype.byteCount)))
        return stride(from: 0, to: count, by: step).map { $0..<min($0 + step, count) }
    }

    /// Which texts of one kind stand for no negatives of some pairs, boolean `[pairs, texts]`.
    private func excluded(_ pairs: Range<Int>, _ kind: Int, _ texts: Range<Int>) throws -> Tensor? {
        guard let keys else { return nil }
        let document = try keys.slice(texts).select(kind + 1, dim: 1).unsqueezed(0)
        let anchors = try keys.slice(pairs)
        let isQuery = try anchors.select(0, dim: 1).unsqueezed(1) .== document
        let isPositive = try anchors.select(1, dim: 1).unsqueezed(1) .== document
        return try isQuery .| isPositive
    }

    /// This rank's queries.
    func queries() throws -> Queries {
        var parts: [(gradient: Tensor, logSum: Tensor, loss: Tensor, hits: Tensor, positive: Tensor)] = []
        for chunk in chunks(input.count, against: documents.size(0)) {
            let pairs = chunk.lowerBound + firstPair..<chunk.upperBound + firstPair
            let anchors = try input.image.slice(chunk)
            let logits = try anchors.matmul(documents.transposed()) * scale
            let diagonal = try logits.slice(pairs, dim: 1).diagonal()
            let positive = try diagonal.cloned()
            for kind in 0..<kinds {
                guard let mask = try excluded(pairs, kind, 0..<batch) else { break }
                try logits.slice(kind * batch..<(kind + 1) * batch, dim: 1)
                    .fill(SimilarityGrid.excluded, where: mask)
            }
            try diagonal.fill(SimilarityGrid.excluded)
            let hardest = try logits.maximum(dims: [1])
            try diagonal.copy(from: positive)
            let logSum = try logits.logSumExp(dims: [1])
            try logits.subtract(logSum.unsqueezed(1))
            try logits.exponentiate()
            let pull = try logits.matmul(documents) - own.slice(chunk).select(0, dim: 1)
            parts.append(
                (
                    gradient: try pull * (scale / Double(batch)),
                    logSum: logSum,
                    loss: try (logSum - positive).sum(),
                    hits: try (positive .> hardest).to(positive.dtype).sum(),
                    positive: try positive.sum() * (1 / scale)
                )
            )
        }
        let scales = try Tensor.full(
            [],
            scale * Double(input.count),
            dtype: input.image.dtype,
            on: input.image.device
        )
        func sum(_ part: [Tensor]) throws -> Tensor { try Tensor.stack(part).sum() }
        return Queries(
            gradient: try .concatenate(parts.map(\.gradient)),
            logSum: try .concatenate(parts.map(\.logSum)),
            sums: try .stack([
                sum(parts.map(\.loss)), sum(parts.map(\.hits)), sum(parts.map(\.positive)), scales,
            ])
        )
    }

    /// The gradient of this rank's documents, in their shape.
    ///
    /// - Parameter logSums: Those of all queries, `[N]`.
    func documentGradient(logSums: Tensor) throws -> Tensor {
        let kinds = try (0..<kinds).map { kind in
            let texts = try own.select(kind, dim: 1)
            return try Tensor.concatenate(
                chunks(input.count, against: batch).map { chunk in
                    let pairs = chunk.lowerBound + firstPair..<chunk.upperBound + firstPair
                    let logits = try texts.slice(chunk).matmul(allQueries.transposed()) * scale
                    let diagonal = try logits.slice(pairs, dim: 1).diagonal()
                    let positive = try diagonal.cloned()
                    if let mask = try excluded(0..<batch, kind, pairs) {
                        try logits.fill(SimilarityGrid.excluded, where: mask.transposed())
                        if kind == 0 { try diagonal.copy(from: positive) }
                    }
                    try logits.subtract(logSums.unsqueezed(0))
                    try logits.exponentiate()
                    let pull = try logits.matmul(allQueries)
                    return kind == 0 ? try pull - input.image.slice(chunk) : pull
                }
            )
        }
        return try Tensor.stack(kinds, dim: 1).reshaped(input.text.shape) * (scale / Double(batch))
    }
}

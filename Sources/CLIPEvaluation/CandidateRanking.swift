import RemoteFiles
import Torch

/// Finds the rank of one candidate for each query, exactly, a block of similarities at a time.
///
/// The rank of candidate t is the number of candidates with a higher similarity, plus those with the same
/// similarity that stand before t: what a stable descending sort gives, so that a model that maps
/// everything to one point ranks by position and not first everywhere.
struct CandidateRanking {
    /// Most similarities in memory at a time.
    var blockSize: Int
    /// Ends the search before the next block.
    var stop: StopSignal?

    /// For each query the rank, from 0, of its target.
    ///
    /// - Parameters:
    ///   - queries: `[Q, D]` float32.
    ///   - candidates: `[C, D]` float32.
    ///   - targets: For each query the index of a candidate.
    func ranks(
        of targets: [Int],
        queries: Tensor,
        candidates: Tensor,
        progress: (Int) -> Void = { _ in }
    ) throws -> [Int] {
        try withoutGradient {
            let rows = min(512, blockSize)
            let columns = max(1, blockSize / rows)
            var ranks: [Int] = []
            for part in targets.indices.parts(of: rows) {
                try stop?.check()
                ranks += try blockRanks(
                    of: Array(targets[part]),
                    queries: queries.slice(part),
                    candidates: candidates,
                    columns: columns
                )
                progress(part.upperBound)
            }
            return ranks
        }
    }

    /// The similarity of each pair of rows, `[N]`: the values that
    /// ``ranks(of:queries:candidates:progress:)`` compares.
    static func similarities(_ lhs: Tensor, _ rhs: Tensor) throws -> Tensor {
        try (lhs.to(.float64) * rhs.to(.float64)).sum(dims: [1]).to(.float32)
    }

    private func blockRanks(
        of targets: [Int],
        queries: Tensor,
        candidates: Tensor,
        columns: Int
    ) throws -> [Int] {
        let target = try Tensor(targets.map(Int64.init))
        let score = try Self.similarities(queries, candidates.indexSelect(target)).unsqueezed(1)
        let place = try target.unsqueezed(1)
        // Products are summed in float64 and rounded, so that equal vectors have equal similarities in
        // whatever block they stand.
        let wide = try queries.to(.float64)
        var better = try Tensor.zeros([targets.count], dtype: .int64)
        for part in (0..<candidates.size(0)).parts(of: columns) {
            let scores = try wide.matmul(candidates.slice(part).to(.float64).transposed()).to(.float32)
            let index = try Tensor.arange(part)
            let ahead = try (scores .> score) .| ((scores .== score) .& (index .< place))
            better = try better + (ahead .& (index .!= place)).sum(dims: [1])
        }
        return try better.scalars(as: Int64.self).map(Int.init)
    }
}

internal import Torch

/// The newest embeddings of one side, as many as there are prototypes.
struct RecentRows {
    let capacity: Int
    /// `[r, D]` with `r ≤ capacity`, oldest first; nil before the first batch.
    var rows: Tensor?

    init(capacity: Int) { self.capacity = capacity }

    /// Adds a batch's rows; the oldest leave.
    mutating func add(_ new: Tensor) throws {
        let newest = new.size(0) > capacity ? nil : rows
        let all = try newest.map { try Tensor.concatenate([$0, new]) } ?? new.cloned()
        // A batch larger than the capacity stays whole: the choice is made among all its rows.
        let kept = max(capacity, new.size(0))
        let count = all.size(0)
        rows = count > kept ? try all.slice(count - kept..<count).cloned() : all
    }

    /// Row numbers for a restart: a draw without replacement; where there are fewer rows than prototypes, each
    /// comes about equally often.
    func choice(seed: UInt64, draw: Int) throws -> [Int64] {
        guard let rows else { return [] }
        let count = rows.size(0)
        let numbers = try Tensor.empty([count], dtype: .float64)
        let key = seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(draw) &* 0xD1B5_4A32_D192_ED03
        try RandomGenerator(seed: key).fillUniform(numbers, in: 0..<1)
        let order: [Int64] = try numbers.sorted().indices.scalars()
        return (0..<capacity).map { order[$0 % count] }
    }

    func selected(_ chosen: [Int64]) throws -> Tensor {
        guard let rows else { throw ObjectiveError.networkNotStarted }
        return try rows.indexSelect(Tensor(chosen, on: rows.device))
    }
}

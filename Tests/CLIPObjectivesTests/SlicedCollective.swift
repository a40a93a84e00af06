import CLIPObjectives
import Torch
import TorchDistributed

/// Ranks of one process: each rank's code runs until it needs what another has not contributed yet, and starts
/// again when that is known. Code under test must therefore do the same every time.
final class SlicedCollective {
    private struct Waiting: Error {}

    /// What each rank contributed to its n-th call.
    private var contributions: [[Tensor]]
    /// How many bytes each rank contributed in all.
    var byteCounts: [Int] {
        contributions.map { $0.reduce(0) { $0 + $1.count * $1.dtype.byteCount } }
    }

    init(count: Int) { contributions = Array(repeating: [], count: count) }

    /// Runs `body` as every rank; the results are in the order of ranks.
    func run<R>(_ body: (any Collective) throws -> R) throws -> [R] {
        while true {
            var results: [R] = []
            for rank in contributions.indices {
                do { results.append(try body(Member(group: self, rank: rank))) } catch is Waiting { continue }
            }
            if results.count == contributions.count { return results }
        }
    }

    private final class Member: Collective {
        let group: SlicedCollective
        let rank: Int
        var count: Int { group.contributions.count }
        private var calls = 0

        init(group: SlicedCollective, rank: Int) {
            self.group = group
            self.rank = rank
        }

        func gather(_ local: Tensor) throws -> Tensor { try Tensor.concatenate(exchange(local)) }
        func gather(_ local: [Int64]) throws -> [Int64] { try gather(Tensor(local)).scalars() }
        func sum(_ local: Tensor) throws -> Tensor { try Tensor.stack(exchange(local)).sum(dims: [0]) }

        private func exchange(_ local: Tensor) throws -> [Tensor] {
            let call = calls
            calls += 1
            if group.contributions[rank].count == call { group.contributions[rank].append(local) }
            return try group.contributions.map {
                guard $0.count > call else { throw Waiting() }
                return $0[call]
            }
        }
    }
}

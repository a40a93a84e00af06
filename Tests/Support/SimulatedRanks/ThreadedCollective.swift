import Torch
import TorchDistributed

/// One rank's end of a rendezvous.
final class ThreadedCollective: Collective {
    let rank: Int
    var count: Int { rendezvous.count }
    private let rendezvous: Rendezvous

    init(rank: Int, rendezvous: Rendezvous) {
        self.rank = rank
        self.rendezvous = rendezvous
    }

    func gather(_ local: Tensor) throws -> Tensor {
        try Tensor.concatenate(exchange(.gather, local))
    }

    func gather(_ local: [Int64]) throws -> [Int64] {
        try rendezvous.exchange(Contribution(local), rank: rank).flatMap(\.numbers)
    }

    /// Each rank adds in the order of ranks, so that all have the same bits.
    func sum(_ local: Tensor) throws -> Tensor {
        let parts = try exchange(.sum, local)
        return try withoutGradient { try parts.dropFirst().reduce(parts[0]) { try $0 + $1 } }
    }

    private func exchange(_ kind: Contribution.Form.Kind, _ local: Tensor) throws -> [Tensor] {
        let device = local.device
        return try rendezvous.exchange(Contribution(kind, local), rank: rank).map {
            try $0.tensor(on: device)
        }
    }
}

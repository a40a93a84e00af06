import Foundation

/// Where ranks meet: each brings a value to its n-th call, and all leave with the values of all ranks.
///
/// `@unchecked Sendable` because every variable is used only while the condition's lock is held.
final class Rendezvous: @unchecked Sendable {
    let count: Int
    private let condition = NSCondition()
    /// What ranks brought to the running call.
    private var waiting: [Contribution?]
    /// How many calls are complete, and what was brought to the last one. It stays until all ranks have brought
    /// something to the next, so that nobody is too late to read it.
    private var completed = 0
    private var latest: [Contribution] = []
    private var isDone: [Bool]
    private var failure: (any Error)?

    init(count: Int) {
        self.count = count
        waiting = Array(repeating: nil, count: count)
        isDone = Array(repeating: false, count: count)
    }

    /// Brings a value and waits for those of all ranks, which come in the order of ranks.
    func exchange(_ contribution: Contribution, rank: Int) throws -> [Contribution] {
        try condition.withLock {
            if let failure { throw failure }
            let call = completed
            waiting[rank] = contribution
            try check()
            if waiting.allSatisfy({ $0 != nil }) {
                latest = waiting.compactMap(\.self)
                waiting = Array(repeating: nil, count: count)
                completed += 1
                condition.broadcast()
            }
            while completed == call {
                if let failure { throw failure }
                condition.wait()
            }
            return latest
        }
    }

    /// A rank's body returned.
    func finish(rank: Int) {
        condition.withLock {
            isDone[rank] = true
            // The error is kept for those who wait.
            try? check()
            condition.broadcast()
        }
    }

    /// A rank's body threw.
    func fail(_ error: any Error, rank: Int) {
        condition.withLock {
            failure = failure ?? error
            isDone[rank] = true
            condition.broadcast()
        }
    }

    /// Waits until all bodies have ended.
    func waitForAll() throws {
        try condition.withLock {
            while !isDone.allSatisfy(\.self) { condition.wait() }
            if let failure { throw failure }
        }
    }

    /// Refuses calls that can never be complete.
    private func check() throws {
        let present = waiting.enumerated().compactMap { rank, contribution in
            contribution.map { (rank: rank, form: $0.form) }
        }
        guard failure == nil, let first = present.first else { return }
        if let other = present.first(where: { $0.form != first.form }) {
            failure = SimulatedRanksError.mismatch(
                call: completed + 1,
                rank: first.rank,
                form: first.form.description,
                otherRank: other.rank,
                otherForm: other.form.description
            )
        } else if let ended = isDone.firstIndex(of: true) {
            failure = SimulatedRanksError.ended(
                rank: ended,
                calls: completed,
                waiting: first.rank,
                form: first.form.description
            )
        }
        guard let failure else { return }
        condition.broadcast()
        throw failure
    }
}

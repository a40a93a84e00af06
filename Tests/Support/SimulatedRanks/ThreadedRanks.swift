import Foundation
public import TorchDistributed

/// The ranks of a run as threads of one process, which really run at the same time.
public enum ThreadedRanks {
    /// What each rank's thread may use: towers and their backward passes need more than a thread's usual stack.
    static let stackBytes = 8 << 20

    /// Runs `body` once for each rank, each on a thread of its own, and waits for all.
    ///
    /// Tensors stay on the thread that made them: each rank makes its own, and what a collective exchanges are copies
    /// of values. A body may return tensors, which nobody else has by then.
    ///
    /// - Returns: The results in the order of ranks.
    /// - Throws: The error of the rank that failed first, which ends the others at their next exchange;
    ///   ``SimulatedRanksError`` for ranks that do not make the same calls.
    public static func run<R>(
        count: Int,
        _ body: @escaping @Sendable (any Collective) throws -> R
    ) throws -> [R] {
        let rendezvous = Rendezvous(count: count)
        let results = (0..<count).map { _ in ResultBox<R>() }
        for (rank, box) in results.enumerated() {
            let thread = Thread {
                do {
                    box.value = try body(ThreadedCollective(rank: rank, rendezvous: rendezvous))
                    rendezvous.finish(rank: rank)
                } catch {
                    rendezvous.fail(error, rank: rank)
                }
            }
            thread.name = "rank \(rank)"
            thread.stackSize = stackBytes
            thread.start()
        }
        try rendezvous.waitForAll()
        return results.compactMap(\.value)
    }
}

/// `@unchecked Sendable` because only its rank's thread writes it, and the caller reads it after that thread has told the
/// rendezvous, under its lock, that it is done.
private final class ResultBox<R>: @unchecked Sendable {
    var value: R?
}

import Synchronization

/// Remembers the first damage that was met: where nothing could be thrown, what is asked for next throws it.
final class IndexDamage: Sendable {
    private let state = Mutex<ShardError?>(nil)
    /// Asked for with each field by all threads, so without the lock.
    private let isFound = Atomic(false)

    /// What was met.
    var found: ShardError? { isFound.load(ordering: .acquiring) ? state.withLock { $0 } : nil }

    /// Remembers an error, and gives it back.
    func note(_ error: ShardError) -> ShardError {
        state.withLock { $0 = $0 ?? error }
        isFound.store(true, ordering: .releasing)
        return error
    }
}

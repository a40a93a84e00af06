import Synchronization

/// Remembers the first damage that was met: where nothing could be thrown, what is asked for next throws it.
final class IndexDamage: Sendable {
    private let state = Mutex<ShardError?>(nil)

    /// What was met.
    var found: ShardError? { state.withLock { $0 } }

    /// Remembers an error, and gives it back.
    func note(_ error: ShardError) -> ShardError {
        state.withLock { $0 = $0 ?? error }
        return error
    }
}

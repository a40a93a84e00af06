import Synchronization

/// Remembers the first damage that was met where nothing could be thrown, so that what throws does so later.
final class IndexDamage: Sendable {
    private let state = Mutex<ShardError?>(nil)

    /// What was met.
    var found: ShardError? { state.withLock { $0 } }

    /// The body's result, or another one where it fails.
    func noting<Result>(_ other: Result, _ body: () throws(ShardError) -> Result) -> Result {
        do {
            return try body()
        } catch {
            state.withLock { $0 = $0 ?? error }
            return other
        }
    }
}

import Foundation

/// Something that one thread makes and others wait for.
///
/// @unchecked because `result` is guarded by `condition`, which the compiler cannot see.
package final class Flight<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var result: Result<Value, any Error>?

    package init() {}

    package func finish(_ result: Result<Value, any Error>) {
        condition.lock()
        self.result = result
        condition.broadcast()
        condition.unlock()
    }

    /// What another thread makes; nil where that one was stopped, and this one was not.
    package func wait(_ stop: StopSignal?) throws -> Value? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            try stop?.check()
            switch result {
            case .failure(RemoteError.stopped): return nil
            case let result?: return try result.get()
            // Whoever stops it does not know of this condition.
            case nil: _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1))
            }
        }
    }
}

import Foundation

/// A page on its way.
///
/// @unchecked because `result` is guarded by `condition`, which the compiler cannot see.
final class PageFlight: @unchecked Sendable {
    private let condition = NSCondition()
    private var result: Result<[UInt8], any Error>?

    func finish(_ result: Result<[UInt8], any Error>) {
        condition.lock()
        self.result = result
        condition.broadcast()
        condition.unlock()
    }

    /// The page that another thread fetches; nil where that was stopped, and this one was not.
    func wait(_ stop: StopSignal?) throws -> [UInt8]? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if stop?.isStopped == true { throw RemoteError.stopped }
            switch result {
            case .failure(RemoteError.stopped): return nil
            case let result?: return try result.get()
            // Whoever stops it does not know of this condition.
            case nil: _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1))
            }
        }
    }
}

import RemoteFiles
import Synchronization

/// Containers that could not be read: each was tried as often as it may be, and is not tried again for every sample.
///
/// A reader has one of its own, so that the next one tries anew.
final class SourceFailures: Sendable {
    private let failures = Mutex<[Int: ShardError]>([:])

    /// - Throws: The error with which a container failed before.
    func check(_ number: Int) throws(ShardError) {
        if let failure = failures.withLock({ $0[number] }) { throw failure }
    }

    /// Keeps the first error of a container. That reading was ended says nothing about it.
    func note(_ error: ShardError, of number: Int) {
        guard error != .remote(.stopped) else { return }
        failures.withLock { if $0[number] == nil { $0[number] = error } }
    }
}

import Synchronization

/// Ends what is being read for one purpose: calls that were given it throw ``RemoteError/stopped``, and commands that run
/// for them are killed.
public final class StopSignal: Sendable {
    private let flag = Atomic(false)

    /// A signal that was not given yet.
    public init() {}

    /// Whether it was given.
    public var isStopped: Bool { flag.load(ordering: .sequentiallyConsistent) }

    /// Gives it, for good. Calls notice within a fraction of a second.
    public func stop() { flag.store(true, ordering: .sequentiallyConsistent) }
}

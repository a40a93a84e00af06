import Synchronization

/// Ends what is being read for one purpose: calls that it was passed to throw ``RemoteError/stopped``, and commands that
/// run for them are killed.
public final class StopSignal: Sendable {
    private let flag = Atomic(false)
    private let others: [StopSignal]

    /// A signal that is not raised yet.
    public init() { others = [] }

    /// A signal that counts as raised as soon as one of the others does.
    package init(following others: StopSignal?...) { self.others = others.compactMap(\.self) }

    /// Whether it was raised.
    public var isStopped: Bool {
        flag.load(ordering: .sequentiallyConsistent) || others.contains(where: \.isStopped)
    }

    /// Raises it, for good. Calls notice within a fraction of a second.
    public func stop() { _ = raise() }

    /// Ends the calling work where it was raised.
    ///
    /// - Throws: ``RemoteError/stopped``.
    public func check() throws(RemoteError) {
        if isStopped { throw .stopped }
    }

    /// Raises it; false where it was raised before.
    func raise() -> Bool { !flag.exchange(true, ordering: .sequentiallyConsistent) }
}

import LocalFiles

/// Makes plain local files of what cannot be read anywhere: web servers without ranges, commands' output, gzip.
///
/// Calls block and may come from any number of threads and processes; who asks for a file that is being made waits for it.
/// A file from a web server is taken again where the server has another version; what a command printed is kept by the
/// command's text.
public final class Spool: Sendable {
    private let engine: SpoolEngine

    /// Creates a spool on a cache's folder.
    public init(client: RemoteClient, cache: RemoteCache) {
        engine = SpoolEngine(client: client, cache: cache)
    }

    deinit { engine.stop() }

    /// A local file with the location's content, unpacked if that is gzip.
    ///
    /// A local file that is not packed is used where it lies.
    ///
    /// - Parameters:
    ///   - location: What to bring.
    ///   - stop: Ends the call, and what is made only for it.
    /// - Throws: ``RemoteError``.
    public func open(_ location: Location, stop: StopSignal? = nil) throws -> SpooledFile {
        try engine.open(location, stop: stop ?? engine.stopping)
    }

    /// What a command printed, where the cache has it; nil where it has not, and for anything else.
    public func present(_ location: Location) -> SpooledFile? { engine.present(location) }

    /// Lets threads of the spool make files, in this order, so that `open` finds them. What fails here is reported by
    /// `open`, which tries again.
    ///
    /// - Parameters:
    ///   - locations: What to fetch.
    ///   - owner: Stands for who asks. What was asked for with the same signal before, and is not begun, is forgotten; when
    ///     it is raised, all is, and what was begun ends.
    public func prefetch(_ locations: [Location], for owner: StopSignal? = nil) {
        engine.prefetch(locations, for: owner ?? engine.stopping)
    }

    /// Ends what is in progress, whose callers get ``RemoteError/stopped``, and the threads.
    public func shutdown() { engine.stop() }
}

public import RemoteFiles
import Synchronization

/// How data that is not a plain local file is brought here.
public struct RemoteDataSettings: Sendable {
    /// How servers are asked.
    public var remote = RemoteSettings()
    /// Where bytes are kept.
    public var cache = CacheSettings()

    /// Creates the default settings.
    public init() {}
}

/// What was read from servers, for people and logs.
public struct RemoteReport: Sendable, CustomStringConvertible {
    /// Bytes, requests, retries and the slowest address.
    public let traffic: RemoteTraffic
    /// Pages that were found in the cache, fetched, damaged and not kept.
    public let pages: PageCounters

    /// One line for people.
    public var description: String { "\(traffic); \(pages)" }
}

/// The connections, the cache and the spool of a process, made when they are first needed.
public final class RemoteData: Sendable {
    /// The settings.
    public let settings: RemoteDataSettings
    /// Ends all that is read this way, once it is raised; nil for what lasts as long as its users.
    public let stop: StopSignal?
    private let parts = Mutex<Parts?>(nil)

    struct Parts: Sendable {
        var client: RemoteClient
        var cache: RemoteCache
        var spool: Spool
    }

    /// Reads with some settings; nothing is opened yet.
    public init(settings: RemoteDataSettings = RemoteDataSettings(), stop: StopSignal? = nil) {
        self.settings = settings
        self.stop = stop
    }

    /// What was read from servers so far; nil where none was asked, as with commands.
    public var report: RemoteReport? {
        guard let opened, opened.client.traffic.requests > 0 else { return nil }
        return RemoteReport(traffic: opened.client.traffic, pages: opened.cache.counters)
    }

    /// What was opened so far.
    var opened: Parts? { parts.withLock { $0 } }

    /// - Throws: `RemoteError` for settings out of range and a folder that cannot be used.
    func open() throws -> Parts {
        try parts.withLock { parts in
            if let parts { return parts }
            let client = try RemoteClient(settings: settings.remote)
            let cache = try RemoteCache(settings: settings.cache)
            let opened = Parts(client: client, cache: cache, spool: Spool(client: client, cache: cache))
            parts = opened
            return opened
        }
    }

    /// The connections and the cache end with the last reference; workers may still be reading until then.
    deinit {
        parts.withLock { parts in
            parts?.spool.shutdown()
            parts?.client.shutdown()
        }
    }
}

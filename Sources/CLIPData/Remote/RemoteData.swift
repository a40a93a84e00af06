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

/// The connections, the cache and the spool of a process, made when they are first needed.
public final class RemoteData: Sendable {
    /// The settings.
    public let settings: RemoteDataSettings
    private let parts = Mutex<Parts?>(nil)

    struct Parts: Sendable {
        var client: RemoteClient
        var cache: RemoteCache
        var spool: Spool
    }

    /// Reads with some settings; nothing is opened yet.
    public init(settings: RemoteDataSettings = RemoteDataSettings()) {
        self.settings = settings
    }

    /// What was read from servers so far, or nil where none was asked.
    public var traffic: RemoteTraffic? { parts.withLock { $0 }?.client.traffic }

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

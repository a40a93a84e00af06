import CLIPData
import RemoteFiles

extension Recipe {
    /// Where bytes of data that is no plain local file are kept.
    public struct Cache: Equatable, Sendable {
        /// The folder; nil for `swift-clip` in `$XDG_CACHE_HOME` or `~/.cache`.
        public var directory: String?
        /// The bytes that it may take; nil for 20 GiB, or 80 % of what is free if that is less.
        public var limit: ByteCount?
        /// The most that one gzip file may unpack to.
        public var unpackedLimit = ByteCount(bytes: CacheSettings().unpackedLimit)
        /// Seconds for which a command may be silent.
        public var commandTimeout = CacheSettings().commandTimeout

        /// Makes the defaults.
        public init() {}
    }

    /// How servers are asked.
    public struct Remote: Equatable, Sendable {
        /// How often a request is made before it fails for good.
        public var tries = RemoteSettings().tries
        /// Seconds that a connection may take to be made.
        public var connectTimeout = RemoteSettings().connectTimeout
        /// Seconds that a server may be silent.
        public var idleTimeout = RemoteSettings().idleTimeout
        /// Bytes that a server must send in a second.
        public var leastRate = RemoteSettings().leastRate
        /// A file with certificates (PEM) that are trusted besides the system's; nil for none.
        public var certificates: String?

        /// Makes the defaults.
        public init() {}
    }
}

extension Recipe.Source {
    /// How data that is no plain local file is brought here.
    ///
    /// - Parameters:
    ///   - stop: Ends all that is read this way.
    ///   - onRetry: Is told of each try that is made again.
    func remoteData(stop: StopSignal? = nil, onRetry: @escaping @Sendable (String) -> Void) -> RemoteData {
        var settings = RemoteDataSettings()
        settings.cache = CacheSettings(directory: cache.directory)
        settings.cache.limit = cache.limit?.bytes
        settings.cache.unpackedLimit = cache.unpackedLimit.bytes
        settings.cache.commandTimeout = cache.commandTimeout
        settings.remote.tries = remote.tries
        settings.remote.connectTimeout = remote.connectTimeout
        settings.remote.idleTimeout = remote.idleTimeout
        settings.remote.leastRate = remote.leastRate
        settings.remote.certificates = remote.certificates
        settings.remote.onRetry = { onRetry($0.description) }
        return RemoteData(settings: settings, stop: stop)
    }
}

extension Recipe.Cache: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "directory",
                \.directory,
                "The cache's folder; `null` for `swift-clip` in `$XDG_CACHE_HOME` or `~/.cache`.",
                RecipeCheck(rule: "not empty") { !$0.isEmpty },
                aliases: ["path", "dir"]
            ),
            .init(
                "limit",
                \.limit,
                "What the cache may hold, such as `200 GiB`; `null` for 20 GiB, or 80 % of what is free if that is less.",
                aliases: ["size", "cache_size"]
            ),
            .init(
                "unpackedLimit",
                \.unpackedLimit,
                "The most that one gzip file may unpack to."
            ),
            .init(
                "commandTimeout",
                \.commandTimeout,
                "Seconds for which a `pipe:` command may be silent before it is ended.",
                .within(0.01...86400)
            ),
        ]
    }
}

extension Recipe.Remote: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "tries",
                \.tries,
                "How often a request is made before it fails for good.",
                .within(1...1000),
                aliases: ["retries"]
            ),
            .init(
                "connectTimeout",
                \.connectTimeout,
                "Seconds that a connection may take to be made.",
                .within(0.001...86400)
            ),
            .init(
                "idleTimeout",
                \.idleTimeout,
                "Seconds that a server may be silent.",
                .within(0.001...86400),
                aliases: ["timeout"]
            ),
            .init(
                "leastRate",
                \.leastRate,
                "Bytes that a server must send in a second, as the mean of half a minute; 0 for any number.",
                .within(0...1e12),
                aliases: ["minimumRate", "low_speed_limit"]
            ),
            .init(
                "certificates",
                \.certificates,
                "A file with certificates (PEM) that are trusted besides the system's, as a company's own; `null` for none.",
                .notEmpty
            ),
        ]
    }
}

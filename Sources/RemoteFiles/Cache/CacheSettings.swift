import Foundation
import LocalFiles

/// Where bytes from elsewhere are kept, and how many.
public struct CacheSettings: Sendable {
    /// The folder; processes may share it.
    public var directory: String
    /// The bytes that the folder may take; nil for 20 GiB, or 80 % of what is free if that is less.
    public var limit: Int?
    /// The bytes of a page of a file that is read in part, a power of two.
    public var pageBytes = 256 << 10
    /// The most bytes that one gzip file may unpack to.
    public var unpackedLimit = 64 << 30
    /// The threads that fetch ahead.
    public var prefetchThreads = 2
    /// Seconds for which a command may be silent.
    public var commandTimeout = 300.0

    /// Creates the default settings.
    ///
    /// - Parameter directory: The folder; nil for `swift-clip` in `$XDG_CACHE_HOME` or `~/.cache`.
    public init(directory: String? = nil) {
        self.directory = directory ?? Self.defaultDirectory(ProcessInfo.processInfo.environment)
    }

    static func defaultDirectory(_ environment: [String: String]) -> String {
        if let root = environment["XDG_CACHE_HOME"], root.hasPrefix("/") { return root + "/swift-clip" }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.cache/swift-clip"
    }

    func check() throws {
        func require(_ isFine: Bool, _ name: String, _ found: Any, _ expected: String) throws {
            guard !isFine else { return }
            throw RemoteError.setting(name: name, found: "\(found)", expected: expected)
        }
        try require(!directory.isEmpty, "data.cache.directory", "empty", "a folder's path")
        try require(limit ?? 1 > 0, "data.cache.limit", limit ?? 0, "at least 1 byte")
        try require(
            (4096...64 << 20).contains(pageBytes) && pageBytes.nonzeroBitCount == 1,
            "CacheSettings.pageBytes",
            pageBytes,
            "a power of two from 4096 to \(64 << 20)"
        )
        try require(unpackedLimit > 0, "data.cache.unpackedLimit", unpackedLimit, "at least 1 byte")
        try require(
            (1...256).contains(prefetchThreads),
            "CacheSettings.prefetchThreads",
            prefetchThreads,
            "1 to 256"
        )
        try require(
            (0.01...86400).contains(commandTimeout),
            "data.cache.commandTimeout",
            commandTimeout,
            "0.01 to 86400 seconds"
        )
    }
}

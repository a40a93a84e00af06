import LocalFiles

/// How servers are asked, and how patiently. Times are in seconds.
public struct RemoteSettings: Sendable {
    /// How often a request is made before it fails for good, the first time included.
    public var tries = 6
    /// The wait before the second try; it doubles with each further one, and half of it is jitter.
    public var firstWait = 0.5
    /// The longest wait before a try, whatever the server's Retry-After asks for.
    public var longestWait = 60.0
    /// How long a connection may take to be made.
    public var connectTimeout = 10.0
    /// How long a server may be silent within an answer or before it.
    public var idleTimeout = 30.0
    /// Bytes that a server must send in a second, as the mean of half a minute in which it was waited for; 0 for any number.
    public var leastRate = 1024.0
    /// Seconds over which the rate is taken.
    var rateWindow = 30.0
    /// The number of requests at one time, over all servers.
    public var connections = 16
    /// A file with certificates (PEM) that are trusted besides the system's, as a company's own root; nil for none.
    public var certificates: String?
    /// The key of the jitter; processes with different ones do not come back at the same moment.
    public var seed: UInt64 = 0
    /// Called on the reading thread before each wait.
    public var onRetry: (@Sendable (RemoteRetry) -> Void)?

    /// Creates the default settings.
    public init() {}

    func check() throws {
        func require(_ isFine: Bool, _ name: String, _ found: Any, _ expected: String) throws {
            guard !isFine else { return }
            throw RemoteError.setting(name: name, found: "\(found)", expected: expected)
        }
        try require((1...1000).contains(tries), "data.remote.tries", tries, "1 to 1000")
        try require(
            (0...3600).contains(firstWait),
            "RemoteSettings.firstWait",
            firstWait,
            "0 to 3600 seconds"
        )
        try require(
            (0...86400).contains(longestWait),
            "RemoteSettings.longestWait",
            longestWait,
            "0 to 86400 seconds"
        )
        try require(
            (0.001...86400).contains(connectTimeout),
            "data.remote.connectTimeout",
            connectTimeout,
            "0.001 to 86400 seconds"
        )
        try require(
            (0.001...86400).contains(idleTimeout),
            "data.remote.idleTimeout",
            idleTimeout,
            "0.001 to 86400 seconds"
        )
        try require(
            (0...1e12).contains(leastRate),
            "data.remote.leastRate",
            leastRate,
            "0 to 1e12 bytes a second"
        )
        try require((1...1024).contains(connections), "RemoteSettings.connections", connections, "1 to 1024")
    }

    /// The wait after a failed try, counted from 1.
    func wait(after attempt: Int, url: String, asked: Double?) -> Double {
        var hash = ContentHash(seed: seed)
        hash.combine(url)
        let key = hash.value ^ (UInt64(attempt) &* 0x9E37_79B9_7F4A_7C15)
        let share = Double(ContentHash.of("", seed: key) >> 11) * 0x1p-53
        let doubled = firstWait * Double(UInt64(1) << UInt64(min(attempt - 1, 30)))
        let own = min(doubled, longestWait) * (0.5 + 0.5 * share)
        return min(max(own, asked ?? 0), longestWait)
    }
}

/// A request that failed and is made again.
public struct RemoteRetry: Sendable, CustomStringConvertible {
    /// The address, without what is secret.
    public let url: String
    /// Which try failed, from 1.
    public let attempt: Int
    /// Why.
    public let reason: String
    /// The wait until the next one, in seconds.
    public let wait: Double

    /// One sentence for people.
    public var description: String {
        let seconds = (wait * 10).rounded() / 10
        return "\(url): \(reason) (try \(attempt)); again in \(seconds) s"
    }
}

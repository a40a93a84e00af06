/// How an index is made.
public struct IndexOptions: Sendable {
    /// How many shards are read at a time.
    public var threads: Int
    /// Whether a damaged shard's readable beginning counts; otherwise damage stops the build.
    public var keepsReadable: Bool
    /// Whether to start anew, which renumbers samples, unless the index knows other data, too, whose numbers then stay.
    public var rebuilds: Bool
    /// Whether contents are compared even where sizes and times are what they were, servers and commands are asked again, and
    /// all of the index is checked.
    public var verifies: Bool
    /// How long servers are asked at most whether shards are what they were, nil for until all are asked; shards that are left are
    /// compared when they are read.
    public var askingTime: Duration?
    /// How data that is no plain local file is brought here.
    public var remote: RemoteData

    /// Creates options.
    public init(
        threads: Int = 4,
        keepsReadable: Bool = false,
        rebuilds: Bool = false,
        verifies: Bool = false,
        askingTime: Duration? = .seconds(5),
        remote: RemoteData = RemoteData()
    ) {
        self.remote = remote
        self.threads = threads
        self.keepsReadable = keepsReadable
        self.rebuilds = rebuilds
        self.verifies = verifies
        self.askingTime = askingTime
    }
}

/// How far a scan is.
public struct IndexProgress: Sendable {
    /// Shards, tables and folders read so far.
    public var shards: Int
    /// How many are to be read in all.
    public var totalShards: Int
    /// Samples found so far.
    public var samples: Int
    /// Bytes of the shards and tables read so far.
    public var bytes: Int
    /// How long it took, in seconds.
    public var seconds: Double
}

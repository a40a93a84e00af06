/// How a data set becomes batches.
public struct LoaderSettings: Sendable {
    /// In which order samples come.
    public enum Order: Sendable, Hashable {
        /// The endless keyed stream of training; a bad sample's row is filled from the reserve stream.
        case shuffled
        /// As `shuffled`, but so that so many of the source's blocks are read at a time: for what cannot be read at
        /// random.
        case blocks(window: Int)
        /// Once through in the order of the source, the last batch partial; a bad sample's row is left out.
        case sequential
    }

    /// Rows of the global batch, over all ranks.
    public var batchSize: Int
    /// Worker threads.
    public var threads: Int
    /// The run's seed.
    public var seed: UInt64
    /// The stage of the run.
    public var stage: Int
    /// This process's number.
    public var rank: Int
    /// How many processes there are.
    public var ranks: Int
    /// How many batches may be ready or in work beyond the one that the consumer has.
    public var prefetch: Int
    /// The order of samples.
    public var order: Order
    /// Parts of the source that come in shares of their own; empty for one stream of all samples.
    public var mixture: [MixtureShare]
    /// Suffixes of the image field, in lower case; the first that a sample has counts.
    public var imageFields: [String] {
        didSet { imageFields = ImageFields.suffixes(imageFields) }
    }
    /// Which captions are used.
    public var captions: CaptionPolicy
    /// How samples become pairs of texts; nil for captions of images.
    public var pairing: CaptionPairing?
    /// The share of bad samples above which the loader stops.
    public var maximumBadSampleRate: Double
    /// The rate is looked at once so many samples were read.
    public var badSampleWindow: Int

    /// Creates settings.
    public init(
        batchSize: Int,
        captions: CaptionPolicy,
        pairing: CaptionPairing? = nil,
        threads: Int = 2,
        seed: UInt64 = 0,
        stage: Int = 0,
        rank: Int = 0,
        ranks: Int = 1,
        prefetch: Int = 3,
        order: Order = .shuffled,
        mixture: [MixtureShare] = [],
        imageFields: [String] = UsualNames.imageFields,
        maximumBadSampleRate: Double = 0.1,
        badSampleWindow: Int = 512
    ) {
        self.batchSize = batchSize
        self.captions = captions
        self.pairing = pairing
        self.threads = threads
        self.seed = seed
        self.stage = stage
        self.rank = rank
        self.ranks = ranks
        self.prefetch = prefetch
        self.order = order
        self.mixture = mixture
        self.imageFields = ImageFields.suffixes(imageFields)
        self.maximumBadSampleRate = maximumBadSampleRate
        self.badSampleWindow = badSampleWindow
    }

    /// How many texts every row has, or nil where the number differs.
    var textsPerRow: Int? { pairing?.textsPerRow ?? captions.fixedCount }

    /// - Throws: `LoaderError.setting` with the first setting that is out of range.
    func validate() throws(LoaderError) {
        func check(_ isGood: Bool, _ name: String, _ found: Any, _ expected: String) throws(LoaderError) {
            if !isGood { throw .setting(name: name, found: "\(found)", expected: expected) }
        }
        try check(batchSize > 0, "batch size", batchSize, "at least 1")
        try check((1...1024).contains(threads), "number of threads", threads, "1 to 1024")
        try check(stage >= 0, "stage", stage, "at least 0")
        try check(ranks > 0, "number of ranks", ranks, "at least 1")
        try check((0..<max(1, ranks)).contains(rank), "rank", rank, "0 to \(ranks - 1)")
        try check(batchSize % ranks == 0, "batch size", batchSize, "a multiple of the \(ranks) ranks")
        try check((1...1024).contains(prefetch), "prefetch", prefetch, "1 to 1024 batches")
        if case .blocks(let window) = order {
            try check(window > 0, "window of blocks", window, "at least 1")
        }
        for share in mixture {
            try check(
                share.weight > 0 && share.weight.isFinite,
                "weight of a source",
                share.weight,
                "a number above 0"
            )
        }
        try check(!imageFields.isEmpty, "list of image fields", "empty", "at least one suffix")
        try check(
            (0...1).contains(maximumBadSampleRate),
            "maximum share of bad samples",
            maximumBadSampleRate,
            "0 to 1"
        )
        try check(badSampleWindow > 0, "bad sample window", badSampleWindow, "at least 1")
    }
}

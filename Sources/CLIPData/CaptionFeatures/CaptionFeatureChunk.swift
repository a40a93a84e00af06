import LocalFiles

/// The captions of a few samples with their features.
struct CaptionFeatureChunk {
    /// A caption of a sample.
    struct Caption: Equatable {
        var ordinal: Int
        var entry: CaptionFeatureEntry
    }

    private let width: Int
    private let type: CaptionFeatureType
    /// In the order of ordinals; rows count from the chunk's first.
    private(set) var captions: [Caption] = []
    /// The rows' bytes.
    private(set) var bytes: [UInt8] = []
    /// How many rows there are.
    private(set) var rows = 0
    /// Sources of samples that could not be read.
    var unreadable = 0

    init(width: Int, type: CaptionFeatureType) {
        self.width = width
        self.type = type
    }

    /// Adds a caption whose features are, or will be, in a row of the chunk.
    mutating func append(_ text: String, ordinal: Int, source: Int, row: Int) {
        let entry = CaptionFeatureEntry(
            key: CaptionKey.of(text),
            text: ContentHash.of(text),
            source: source,
            row: row
        )
        let caption = Caption(ordinal: ordinal, entry: entry)
        // A list may hold a text twice.
        let isRepeated = captions.reversed().prefix { $0.ordinal == ordinal }.contains(caption)
        if !isRepeated { captions.append(caption) }
    }

    /// Adds a row.
    ///
    /// - Returns: A number that cannot be stored; nil where all can.
    mutating func append(_ row: some Collection<Float>) -> Float? {
        precondition(row.count == width, "a row of \(row.count) numbers, not \(width)")
        if let bad = type.append(row, to: &bytes) { return bad }
        rows += 1
        return nil
    }
}

/// Makes chunks of features.
protocol CaptionFeatureProvider {
    /// The captions of some samples with their features.
    ///
    /// - Parameter samples: In the order of ordinals.
    mutating func chunk(_ samples: [OrdinalSamples.Sample]) throws -> CaptionFeatureChunk
}

/// Embeddings of captions in memory, found by sample and caption, whichever source the caption comes from.
public struct MemoryCaptionEmbeddings: CaptionEmbeddings {
    /// One caption's embedding.
    public struct Row: Sendable {
        /// The sample's number in the index.
        public var ordinal: Int
        /// The caption's ``CaptionKey``.
        public var key: UInt64
        /// The embedding.
        public var values: [Float]

        /// Describes a row.
        public init(ordinal: Int, key: UInt64, values: [Float]) {
            self.ordinal = ordinal
            self.key = key
            self.values = values
        }
    }

    private struct Place: Hashable {
        var ordinal: Int
        var key: UInt64
    }

    /// How many numbers each embedding has.
    public let width: Int
    /// The language model that computed them; nil where nobody knows.
    public var origin: CaptionEmbeddingsOrigin?
    /// All embeddings one after another.
    private var values: [Float] = []
    private var rows: [Place: Int] = [:]

    /// Takes embeddings over.
    ///
    /// - Throws: ``CaptionEmbeddingsError`` for a row of another width, a row that holds no finite numbers, or two rows
    ///   of one caption.
    public init(width: Int, rows: some Sequence<Row>) throws(CaptionEmbeddingsError) {
        guard width > 0 else { throw .noWidth(width) }
        self.width = width
        for row in rows {
            guard row.values.count == width else {
                throw .width(ordinal: row.ordinal, found: row.values.count, expected: width)
            }
            guard row.values.allSatisfy(\.isFinite) else { throw .notFinite(ordinal: row.ordinal) }
            let place = Place(ordinal: row.ordinal, key: row.key)
            guard self.rows.updateValue(self.rows.count, forKey: place) == nil else {
                throw .repeated(ordinal: row.ordinal, key: row.key)
            }
            values += row.values
        }
    }

    /// How many embeddings there are.
    public var count: Int { rows.count }

    /// The embedding of a caption, or nil where there is none.
    public func embedding(ordinal: Int, source: Int, key: UInt64) -> [Float]? {
        rows[Place(ordinal: ordinal, key: key)].map { Array(values[$0 * width..<($0 + 1) * width]) }
    }
}

/// Embeddings of captions that cannot be used.
public enum CaptionEmbeddingsError: Error, Equatable, CustomStringConvertible {
    /// A width below 1.
    case noWidth(Int)
    /// An embedding of another width.
    case width(ordinal: Int, found: Int, expected: Int)
    /// An embedding that holds NaN or infinity.
    case notFinite(ordinal: Int)
    /// Two embeddings of one caption of one sample.
    case repeated(ordinal: Int, key: UInt64)

    /// What was found, where, and what was expected.
    public var description: String {
        switch self {
        case .noWidth(let width): "caption embeddings have the width \(width), expected 1 or more"
        case .width(let ordinal, let found, let expected):
            "an embedding of a caption of sample \(ordinal) has \(found) numbers, expected \(expected) as for the others"
        case .notFinite(let ordinal):
            "an embedding of a caption of sample \(ordinal) holds NaN or infinity; compute it again"
        case .repeated(let ordinal, let key):
            "sample \(ordinal) has two embeddings of the caption with the key \(String(key, radix: 16)); give one of each"
        }
    }
}

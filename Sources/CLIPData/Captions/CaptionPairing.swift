/// How samples become pairs of texts, for models that take no pictures: a query, and the document that belongs to it.
///
/// Each batch has samples of one part only, so that negatives differ in more than the data set that they come from.
public struct CaptionPairing: Sendable, Hashable {
    /// What becomes of a sample with a single text.
    public enum Single: String, Sendable, Hashable, CaseIterable {
        /// It counts as a bad sample.
        case skip
        /// The text is paired with itself: only the model's dropout tells the two apart.
        case pair
    }

    /// A data set of its own.
    public struct Part: Sendable, Hashable {
        /// Its samples, as places in the source.
        public var samples: Range<Int>
        /// How many batches come from it, relative to the others.
        public var weight: Double
        /// What is asked of its queries; nil for ``CaptionPairing/instruction``.
        public var instruction: String?
        /// Whether its samples are JSON objects with the texts `query`, `positive` and perhaps `negative`.
        public var isTexts: Bool

        /// Describes a part; its weight is the number of its samples.
        public init(
            _ samples: Range<Int>,
            weight: Double? = nil,
            instruction: String? = nil,
            isTexts: Bool = false
        ) {
            self.samples = samples
            self.weight = weight ?? Double(samples.count)
            self.instruction = instruction
            self.isTexts = isTexts
        }
    }

    /// The parts, in the order of the source, which they cover.
    public var parts: [Part]
    /// What is asked of queries.
    public var instruction: String?
    /// Whether each pair has a hard negative: its own, or a text of the positive's source of another sample of its part.
    public var hasNegatives: Bool
    /// What becomes of a sample with a single text.
    public var single: Single

    /// Describes pairs.
    public init(
        parts: [Part],
        instruction: String? = nil,
        hasNegatives: Bool = false,
        single: Single = .skip
    ) {
        self.parts = parts
        self.instruction = instruction
        self.hasNegatives = hasNegatives
        self.single = single
    }

    /// Texts of a row: the query, its positive, and a negative where there are such.
    public var textsPerRow: Int { hasNegatives ? 3 : 2 }

    /// The part of a sample.
    func part(of index: Int) -> Part {
        parts.first { $0.samples.contains(index) } ?? Part(index..<index + 1)
    }

    /// What the loader refuses.
    func validate(for source: any SampleSource) throws(LoaderError) {
        guard !parts.isEmpty, parts.allSatisfy({ !$0.samples.isEmpty && $0.weight > 0 && $0.weight.isFinite })
        else {
            throw .setting(
                name: "list of data sets",
                found: "\(parts.map(\.samples))",
                expected: "one or more with samples and weights above 0"
            )
        }
        if hasNegatives, !source.hasRandomAccess {
            throw .setting(
                name: "choice of hard negatives",
                found: "data that can only be read in order",
                expected: "data whose samples can be read at random, or no hard negatives"
            )
        }
        if hasNegatives, let small = parts.first(where: { $0.samples.count < 2 }) {
            throw .setting(
                name: "choice of hard negatives",
                found: "a data set of one sample (\(small.samples.lowerBound))",
                expected: "two samples or more in each data set"
            )
        }
    }
}

/// A text of a pair as it goes to the tokenizer.
public struct PairText: Sendable, Hashable {
    /// The text.
    public var text: String
    /// What is asked of it; nil for a document.
    public var instruction: String?

    /// Describes a text.
    public init(_ text: String, instruction: String? = nil) {
        self.text = text
        self.instruction = instruction
    }
}

/// A text as ids, of which the last ones make its feature.
public struct SentenceTokens: Sendable, Hashable {
    /// All ids.
    public var ids: [Int32]
    /// How many of the last ones count.
    public var pooledCount: Int

    /// Describes ids.
    public init(ids: [Int32], pooledCount: Int) {
        self.ids = ids
        self.pooledCount = pooledCount
    }
}

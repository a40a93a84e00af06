/// What `DataCheck` found: what is wrong with data, and what to do about it.
public struct DataCheckReport: Sendable, Codable, Equatable {
    /// One sample, named as an example.
    public struct Example: Sendable, Codable, Equatable {
        /// The sample's key.
        public var key: String
        /// The file that holds it.
        public var shard: String
        /// Its position in the source.
        public var position: Int
        /// What exactly is wrong, or its caption, shortened.
        public var text: String
    }

    /// A kind of fault or peculiarity.
    public struct Finding: Sendable, Codable, Equatable {
        /// The kind's name.
        public var kind: String
        /// How many samples have it.
        public var count: Int
        /// One sentence: what to do.
        public var advice: String
        /// The first few samples that have it.
        public var examples: [Example]
    }

    /// A part of a histogram.
    public struct Bin: Sendable, Codable, Equatable {
        /// The smallest value that counts here; the next bin's is the first that does not.
        public var from: Int
        /// How many values lie here.
        public var count: Int
    }

    /// A quantity's distribution and histogram.
    public struct Spread: Sendable, Codable, Equatable {
        /// Mean and percentiles; above 1024 the percentiles are rounded down by up to 1 per cent.
        public var distribution: Distribution
        /// The histogram.
        public var bins: [Bin]

        init(_ histogram: CoarseHistogram, _ edges: [Int]) {
            distribution = histogram.distribution
            bins = histogram.binned(edges)
        }
    }

    /// Samples in the data.
    public var samples = 0
    /// Samples that were read.
    public var examined = 0
    /// Whether the reading was stopped before its end.
    public var isInterrupted = false
    /// Samples that training cannot use.
    public var bad = 0
    /// The largest share of bad samples that is still usable.
    public var maximumBadShare = 0.0
    /// What makes samples bad, most frequent first.
    public var faults: [Finding] = []
    /// What does not make samples bad, but deserves a look.
    public var remarks: [Finding] = []
    /// What is peculiar about the files, one sentence each.
    public var notes: [String] = []
    /// The fields.
    public var fields = Fields()
    /// The captions.
    public var captions = Captions()
    /// The images.
    public var images = Images()
    /// Samples that others equal.
    public var duplicates = Duplicates()

    /// Bad samples as a share of those that were read; 0 where none was.
    public var badShare: Double { examined > 0 ? Double(bad) / Double(examined) : 0 }
    /// Whether training on the data would get through.
    public var isUsable: Bool { examined > bad && badShare <= maximumBadShare }
}

extension DataCheckReport {
    /// Which fields samples have.
    public struct Fields: Sendable, Codable, Equatable {
        /// How many samples of the whole data have each field.
        public var suffixes: [String: Int] = [:]
        /// How many of the samples looked at have a string under each key of their `.json` field.
        public var jsonKeys: [String: Int] = [:]
        /// Samples whose `.json` was looked at for its keys: the first of those read.
        public var jsonExamined = 0
        /// What to set where a field seems misnamed.
        public var hints: [String] = []
    }

    /// What captions look like; lengths are those of each sample's first usable caption.
    public struct Captions: Sendable, Codable, Equatable {
        /// One caption field.
        public struct Field: Sendable, Codable, Equatable {
            /// The field's name.
            public var field: String
            /// Samples that have it, not blank.
            public var present: Int
            /// Samples that have it, but blank.
            public var blank: Int
            /// Samples whose member cannot be read.
            public var damaged: Int
        }

        /// The caption fields in order of preference.
        public var fields: [Field] = []
        /// Which fields samples have together.
        public var coverage: [FieldCoverage] = []
        /// Length in words.
        public var words = Spread(CoarseHistogram(), [])
        /// Length in tokens, start and end of text included, where tokens were counted.
        public var tokens: Spread?
        /// The tokens that the model takes.
        public var contextLength = 0
        /// Captions that are longer and would be cut.
        public var cut = 0
        /// Captions of one word.
        public var oneWord = 0
        /// The most frequent repeated captions.
        public var mostRepeated: [DataStatistics.RepeatedCaption] = []
    }

    /// What the images look like that could be decoded.
    public struct Images: Sendable, Codable, Equatable {
        /// How many have each format.
        public var formats: [String: Int] = [:]
        /// How many declare transparency.
        public var transparent = 0
        /// How many ask for a rotation by their EXIF orientation, which is not applied.
        public var rotated = 0
        /// How many are 16-bit gray of which much becomes white.
        public var saturated = 0
        /// How many have several frames, of which the first is used.
        public var animated = 0
        /// How many have nearly one colour.
        public var plain = 0
        /// The side that training wants.
        public var imageSize = 0
        /// How many have a shorter side than that and are enlarged.
        public var enlarged = 0
        /// The shorter side in pixels.
        public var shortSide = Spread(CoarseHistogram(), [])
        /// The longer side in per cent of the shorter.
        public var aspect = Spread(CoarseHistogram(), [])
        /// Width times height in thousands of pixels.
        public var kilopixels = Spread(CoarseHistogram(), [])
        /// Encoded size in bytes.
        public var bytes = Spread(CoarseHistogram(), [])
    }
}

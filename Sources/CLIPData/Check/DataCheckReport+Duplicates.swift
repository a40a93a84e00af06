extension DataCheckReport {
    /// Samples that equal others among those read.
    public struct Duplicates: Sendable, Codable, Equatable {
        /// Groups of samples that are equal in one respect.
        public struct Kind: Sendable, Codable, Equatable {
            /// How many groups of at least two there are.
            public var groups = 0
            /// How many samples are in them.
            public var samples = 0
            /// How many samples would go if each group kept one.
            public var extra = 0
            /// The largest groups.
            public var largest: [Group] = []
        }

        /// Samples that belong together.
        public struct Group: Sendable, Codable, Equatable {
            /// How many they are.
            public var count: Int
            /// The first few of them, each with its caption.
            public var examples: [Example]
        }

        /// Samples with one key.
        public var keys = Kind()
        /// Samples that have the key of an earlier one in the same shard.
        public var keysWithinShard = 0
        /// Samples in two parts, an image and a caption that do not stand together in their shard.
        public var splitSamples = 0
        /// Samples with equal captions, apart from letter case and white space.
        public var captions = Kind()
        /// Images of equal encoded bytes.
        public var imageBytes = Kind()
        /// Images of equal pixels, however they are encoded.
        public var imagePixels = Kind()
        /// Groups of different images that look alike.
        public var near = Kind()
        /// The distance of perceptual hashes up to which images look alike; nil where none was looked for.
        public var nearDistance: Int?
        /// Whether all pairs of near duplicates were found; crowds of similar hashes are searched in part.
        public var nearIsComplete = true
    }
}

/// How many samples have just these fields.
public struct FieldCoverage: Sendable, Codable, Equatable {
    /// The fields, in the order they were asked for; empty for samples that have none.
    public var fields: [String]
    /// How many samples have these and no other of the fields asked for.
    public var samples: Int

    /// The combinations of fields by number, most frequent first.
    static func table(_ counts: [[Int]: Int], fields: [String]) -> [FieldCoverage] {
        counts.sorted { first, second in
            first.value != second.value
                ? first.value > second.value : first.key.lexicographicallyPrecedes(second.key)
        }.map { numbers, count in
            FieldCoverage(fields: numbers.map { fields[$0] }, samples: count)
        }
    }
}

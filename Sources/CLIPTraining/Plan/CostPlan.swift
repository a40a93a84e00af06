import CLIPModels

/// What a recipe takes, estimated before it runs.
public struct CostPlan: Codable, Sendable {
    /// One stage.
    public struct Stage: Codable, Sendable {
        /// The stage's name; empty where the recipe has no stages.
        public var name: String
        /// Values of parameters that are trained, and of those that stay as they are.
        public var trainedParameters, frozenParameters: Int
        /// Side of the images in pixels.
        public var imageSize: Int
        /// Token rows of an image, and those without a mask.
        public var imageTokens, unmaskedImageTokens: Int?
        /// Mean number of tokens of a text; nil for models of embeddings.
        public var textTokens: Double?
        /// Largest number of tokens of a text.
        public var longestText: Int?
        /// What the lengths of texts are taken from.
        public var textLengthsFrom: TextLengthOrigin
        /// 10⁹ multiply-adds of the forward pass of one image, and of its captions.
        public var imageGigamacs, textGigamacs: Double
        /// 10⁹ operations of the forward pass of a pair, two per multiply-add, and of a training step.
        public var forwardGigaflops, stepGigaflops: Double
        /// A step's operations over those of the same step with whole images and texts, in the configuration's own sizes.
        public var relativeCompute: Double
        /// Pairs of a step, and in memory at a time.
        public var batch, microBatch: Int
        /// What the towers compute in.
        public var precision: String
        /// Steps and pairs of the stage; nil where nobody knows.
        public var steps, samples: Int?
        /// Operations of the stage.
        public var flops: Double?
        /// Seconds at the given or measured rate.
        public var seconds: Double?
        /// Operations in a second of one process, where they were measured.
        public var measuredFlops: Double?
        /// Memory of a process; nil for towers that do not say what they keep.
        public var memory: StageMemory?
        /// Bytes of records that the loss keeps of each sample, in files.
        public var sampleStateBytes: Int?
        /// Bytes that are read of the data.
        public var dataBytes: Double?
        /// Bytes of a checkpoint, and how many are kept.
        public var checkpointBytes, keptCheckpoints: Int
        /// What travels between processes.
        public var network: StageTraffic?
    }

    /// The stages, in order.
    public var stages: [Stage]
    /// What is unknown and what would supply it, and settings without effect, in sentences.
    public var unknown: [String]
    /// All stages together.
    public var total: Total

    /// Where the lengths of texts come from.
    public enum TextLengthOrigin: String, Codable, Sendable {
        /// Captions of the data, which were counted.
        case captions
        /// The most that a text may have.
        case limit
    }

    /// All stages together; nil where something of one is unknown.
    public struct Total: Codable, Equatable, Sendable {
        /// Pairs.
        public var samples: Int?
        /// Operations, and those over the operations of as many whole images and texts.
        public var flops, relativeCompute: Double?
        /// Seconds at the given or measured rate.
        public var seconds: Double?
        /// Bytes that are read of the data.
        public var dataBytes: Double?

        init(_ stages: [Stage]) {
            samples = Self.sum(stages.map { $0.samples.map(Double.init) }).map(\.wholeNumber)
            flops = Self.sum(stages.map(\.flops))
            seconds = Self.sum(stages.map(\.seconds))
            dataBytes = Self.sum(stages.map(\.dataBytes))
            let full = Self.sum(stages.map { stage in stage.flops.map { $0 / stage.relativeCompute } })
            relativeCompute = flops.flatMap { flops in full.map { flops / $0 } }
            if stages.count == 1 { relativeCompute = stages[0].relativeCompute }
        }

        private static func sum(_ values: [Double?]) -> Double? {
            values.contains { $0 == nil } ? nil : values.compactMap(\.self).reduce(0, +)
        }
    }
}

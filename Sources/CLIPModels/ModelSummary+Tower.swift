extension ModelSummary {
    /// One of the two towers. A kind of tower says what applies to it; the rest is nil.
    public struct Tower: Codable, Equatable, Sendable {
        /// Trained values, the projection among them.
        public var parameters: Int
        /// 10⁹ operations to compute one feature; a multiplication with its addition counts as two.
        public var gigaflops: Double
        /// Token rows an input, at most.
        public var tokens: Int?
        /// Width of a row.
        public var width: Int?
        /// Number of blocks.
        public var layers: Int?
        /// Heads a block.
        public var heads: Int?
        /// Width of the hidden layer of a block.
        public var mlpWidth: Int?
        /// Side of a patch in pixels.
        public var patchSize: Int?
        /// Number of token ids.
        public var vocabularySize: Int?

        /// Describes a tower.
        public init(
            parameters: Int,
            gigaflops: Double,
            tokens: Int? = nil,
            width: Int? = nil,
            layers: Int? = nil,
            heads: Int? = nil,
            mlpWidth: Int? = nil,
            patchSize: Int? = nil,
            vocabularySize: Int? = nil
        ) {
            self.parameters = parameters
            self.gigaflops = gigaflops
            self.tokens = tokens
            self.width = width
            self.layers = layers
            self.heads = heads
            self.mlpWidth = mlpWidth
            self.patchSize = patchSize
            self.vocabularySize = vocabularySize
        }

        /// Adds the blocks of a transformer to what stands around them.
        ///
        /// - Parameters:
        ///   - work: What the blocks and the patch projection compute for one input that is whole.
        ///   - otherParameters: Values outside of the blocks.
        ///   - otherProducts: Multiplications outside of `work` for one feature.
        public init(_ work: TowerWorkload, otherParameters: Int, otherProducts: Double) {
            // Beside the matrices, their biases, and two norms.
            let block = work.blockWeights + 9 * work.width + work.mlpWidth
            self.init(
                parameters: work.layers * block + otherParameters,
                gigaflops: 2 * (work.multiplyAdds + otherProducts) / 1e9,
                tokens: work.tokens.maximum,
                width: work.width,
                layers: work.layers,
                heads: work.heads,
                mlpWidth: work.mlpWidth
            )
        }
    }
}

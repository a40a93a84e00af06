/// What a configuration amounts to: sizes, parameters and the cost of a forward pass. No tensor is made.
public struct ModelSummary: Codable, Equatable, Sendable {
    /// One of the two towers.
    public struct Tower: Codable, Equatable, Sendable {
        /// Trained values, the projection among them.
        public var parameters: Int
        /// Token rows an input, at most.
        public var tokens: Int
        /// Width of a row, number of blocks, heads a block, width of the hidden layer of a block.
        public var width, layers, heads, mlpWidth: Int
        /// 10⁹ operations to compute one feature; a multiplication with its addition counts as two.
        public var gigaflops: Double
    }

    /// Width of the features that the towers share.
    public var embeddingWidth: Int
    /// Side of the input in pixels, side of a patch, number of token ids.
    public var imageSize, patchSize, vocabularySize: Int
    /// The image tower.
    public var image: Tower
    /// The text tower; its cost is that of a text that fills the context.
    public var text: Tower
    /// Trained values of the whole model.
    public var parameters: Int
    /// 10⁹ operations of the forward pass of one image and one text.
    ///
    /// Counted are the products of linear layers, of the patch embedding and of attention (queries with keys,
    /// weights with values), two operations a multiplication and addition, as open_clip's model profiles count.
    public var gigaflops: Double

    /// Counts a configuration.
    public init(_ configuration: ModelConfiguration) {
        let embedding = configuration.embeddingWidth
        let vision = configuration.vision
        let text = configuration.text
        embeddingWidth = embedding
        (imageSize, patchSize) = (vision.imageSize, vision.patchSize)
        vocabularySize = text.vocabularySize

        let patch = 3 * vision.patchSize * vision.patchSize
        let norms = vision.normalizesInput ? 4 : 2
        image = Tower(
            width: vision.width,
            layers: vision.layers,
            heads: vision.heads,
            mlpWidth: vision.mlpWidth,
            tokens: vision.tokenCount,
            otherParameters: vision.width * (patch + 1 + vision.tokenCount + norms + embedding),
            otherProducts: Double(vision.width)
                * (Double(patch) * Double(vision.tokenCount - 1) + Double(embedding))
        )
        self.text = Tower(
            width: text.width,
            layers: text.layers,
            heads: text.heads,
            mlpWidth: text.mlpWidth,
            tokens: text.contextLength,
            otherParameters: text.width * (text.vocabularySize + text.contextLength + 2 + embedding)
                + (text.projectionHasBias ? embedding : 0),
            otherProducts: Double(text.width) * Double(embedding)
        )
        let logits = configuration.initialLogitBias == nil ? 1 : 2
        parameters = image.parameters + self.text.parameters + logits
        gigaflops = image.gigaflops + self.text.gigaflops
    }
}

extension ModelSummary.Tower {
    /// Adds the blocks to what stands around them.
    init(
        width: Int,
        layers: Int,
        heads: Int,
        mlpWidth: Int,
        tokens: Int,
        otherParameters: Int,
        otherProducts: Double
    ) {
        (self.width, self.layers, self.heads, self.mlpWidth, self.tokens) = (
            width, layers, heads, mlpWidth, tokens
        )
        // Weights of the four projections of attention and of the two of the MLP; biases, and two norms.
        let weights = width * (4 * width + 2 * mlpWidth)
        parameters = layers * (weights + 9 * width + mlpWidth) + otherParameters
        let attention = 2 * Double(tokens) * Double(tokens) * Double(width)
        let products = Double(layers) * (Double(weights) * Double(tokens) + attention) + otherProducts
        gigaflops = 2 * products / 1e9
    }
}

/// What a configuration amounts to: sizes, parameters and the cost of a forward pass. No tensor is made.
public struct ModelSummary: Codable, Equatable, Sendable {
    /// Width of the features that the towers share.
    public var embeddingWidth: Int
    /// Side of the input in pixels.
    public var imageSize: Int
    /// The image tower.
    public var image: Tower
    /// The text tower; its cost is that of a text that fills the context.
    public var text: Tower
    /// Trained values of the whole model.
    public var parameters: Int
    /// 10⁹ operations of the forward pass of one image and one text.
    ///
    /// Counted are the products of linear layers, of the patch embedding and of attention (queries with keys,
    /// weights with values), two operations a multiplication and addition, as open_clip's model profiles count. That is
    /// twice ``TowerWorkload/multiplyAdds`` of both towers and the projections of their features.
    public var gigaflops: Double

    /// Counts a configuration.
    public init(_ configuration: ModelConfiguration) {
        embeddingWidth = configuration.embeddingWidth
        imageSize = configuration.vision.imageSize
        image = configuration.vision.summary(embeddingWidth: embeddingWidth)
        text = configuration.text.summary(embeddingWidth: embeddingWidth)
        let logits = configuration.initialLogitBias == nil ? 1 : 2
        parameters = image.parameters + text.parameters + logits + configuration.objectiveParameters.count
        gigaflops = image.gigaflops + text.gigaflops
    }
}

import CLIPModels
import Torch

/// Batches of random pixels and texts of given lengths, for steps whose results nobody wants.
struct SyntheticBatch {
    private let recipe: Recipe
    private let configuration: ModelConfiguration
    private let device: Device

    init(_ recipe: Recipe, _ configuration: ModelConfiguration, on device: Device) {
        (self.recipe, self.configuration, self.device) = (recipe, configuration, device)
    }

    /// Pairs with texts of so many tokens each; embeddings of captions where the model takes those.
    func input(_ count: Int, tokens: Int) throws -> ModelInput {
        let images = try Tensor.randomPixels(count, side: configuration.vision.imageSize, on: device)
        let texts = count * recipe.data.captions.perImage
        switch configuration.text.kind {
        case .tokens:
            // Ids that every vocabulary has; the highest comes last, as the end of a text does.
            let text = (1..<max(2, tokens)).map { Int32($0) } + [Int32(tokens + 1)]
            return ModelInput(
                images: images,
                texts: .tokens(TokenSequences((0..<texts).map { _ in text }))
            )
        case .embeddings(let width):
            let rows = try Tensor.empty([texts, width])
            try RandomGenerator(seed: 6).fillUniform(rows, in: -1..<1)
            return ModelInput(images: images, texts: .embeddings(try rows.to(device)))
        }
    }
}

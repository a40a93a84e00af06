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
            let text = text(of: tokens)
            return ModelInput(
                images: images,
                texts: .tokens(TokenSequences((0..<texts).map { _ in text })),
                keptPatches: try keptPatches(count)
            )
        case .embeddings(let width):
            let rows = try Tensor.empty([texts, width])
            try RandomGenerator(seed: 6).fillUniform(rows, in: -1..<1)
            return ModelInput(
                images: images,
                texts: .embeddings(try rows.to(device)),
                keptPatches: try keptPatches(count)
            )
        }
    }

    /// Ids that the vocabulary has; the highest comes last, as the end of a text does.
    private func text(of tokens: Int) -> [Int32] {
        let size = configuration.text.summary(embeddingWidth: configuration.embeddingWidth).vocabularySize
        let end = min(tokens + 1, (size ?? .max) - 1)
        return (1..<max(2, tokens)).map { Int32(1 + ($0 - 1) % max(1, end - 1)) } + [Int32(end)]
    }

    /// int64 `[count, K]`: the patches that the stage's mask keeps; nil for all.
    private func keptPatches(_ count: Int) throws -> Tensor? {
        let mask = recipe.tokens.image.patchMask
        guard mask != .none, let grid = configuration.vision.patchGrid else { return nil }
        let kept = mask.keptCount(grid: grid)
        guard kept < grid * grid else { return nil }
        let selection = try PatchSelection(mask, grid: grid, seed: 0, stage: 0)
        let rows = (0..<Int64(count)).flatMap { selection.patches(ordinal: $0, visit: 0) }
        return try Tensor(rows, shape: [count, kept], on: device)
    }
}

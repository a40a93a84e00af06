import CLIPModels
import CLIPText
import Torch
import TorchNN

/// A fresh model with random pixels for it, and real captions or random vectors in their place, the same in every process.
struct BenchmarkInputs {
    let configuration: ModelConfiguration
    /// Taken one after the other, from the start again when they run out.
    let captions: [String]
    let device: Device

    func model(_ precision: Recipe.Precision) throws -> CLIPModel {
        let model = try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 0), on: device))
        model.computeType = precision.type(on: device)
        return model
    }

    /// uint8 `[count, 3, H, W]`
    func images(_ count: Int) throws -> Tensor {
        try .randomPixels(count, side: configuration.vision.imageSize, on: device)
    }

    /// - Parameter fills: Whether captions are put together until each text fills the context.
    /// - Throws: ``BenchmarkError/noCaptions`` where the model reads texts and there are none.
    func texts(batches: Int, of count: Int, fills: Bool = false) throws -> [TextInput] {
        let context: Int
        switch configuration.text.kind {
        case .tokens(let length): context = length
        case .embeddings(let width):
            let generator = try RandomGenerator(seed: 6)
            return try (0..<batches).map { _ in
                let rows = try Tensor.empty([count, width])
                try generator.fillNormal(rows, deviation: 1)
                return .embeddings(try rows.to(device))
            }
        }
        guard !captions.isEmpty else { throw BenchmarkError.noCaptions }
        let tokenizer = try configuration.text.tokenizer.tokenizer()
        return (0..<batches).map { number in
            let texts = TokenSequences(
                (0..<count).map { row in
                    let first = number * count + row
                    var text = captions[first % captions.count]
                    var (tokens, next) = (tokenizer.tokens(text, contextLength: context), 1)
                    // Captions without a letter add nothing.
                    while fills, tokens.count < context, next < context + captions.count {
                        text += " " + captions[(first + next) % captions.count]
                        tokens = tokenizer.tokens(text, contextLength: context)
                        next += 1
                    }
                    return tokens
                }
            )
            return .tokens(texts)
        }
    }

    /// How many tokens each text has; none for vectors.
    static func lengths(of texts: [TextInput]) -> [Int] {
        texts.flatMap { texts -> [Int] in
            guard case .tokens(let all) = texts else { return [] }
            return zip(all.offsets, all.offsets.dropFirst()).map { Int($1 - $0) }
        }
    }

    /// What `clip plan` estimates for ``GradientPass/activationBytes(of:ordinals:)``: the activations of `pairs` less those of two,
    /// scaled by pairs / (pairs - 2) as the measurement is.
    func estimatedActivationBytes(of texts: [TextInput], pairs: Int, computeType: DType, recipe: Recipe)
        -> Int?
    {
        let lengths = Self.lengths(of: texts)
        let towers = [
            configuration.vision.workload(keeping: .none),
            configuration.text.workload(of: lengths.isEmpty ? TokenLengths(0) : TokenLengths(of: lengths)),
        ]
        guard pairs > 2, !towers.contains(nil) else { return nil }
        func bytes(_ count: Int) -> Double {
            towers.compactMap(\.self).map { work in
                let training = TowerTraining(
                    layers: work.layers,
                    checkpointsBlocks: recipe.activationCheckpointing == .blocks
                )
                let memory = TowerMemory(work, training, count: count, computeBytes: computeType.byteCount)
                return memory.activations + memory.recomputedBlock
            }.reduce(0, +) * (1 + StageMemory.heapShare)
        }
        return Int((bytes(pairs) - bytes(2)) * Double(pairs) / Double(pairs - 2))
    }

    /// 10⁹ operations of the forward pass of an image and a text, a multiplication with its addition counted as two:
    /// the mean over the texts, whose padding counts where it is computed.
    func gigaflops(of texts: [TextInput]) -> Double {
        let full = ModelSummary(configuration).gigaflops
        let lengths = Self.lengths(of: texts)
        guard let context = configuration.text.kind.contextLength, !lengths.isEmpty,
            let filled = configuration.text.workload(of: TokenLengths(context)),
            let work = configuration.text.workload(of: TokenLengths(of: lengths))
        else { return full }
        return full - 2 * (filled.multiplyAdds - work.multiplyAdds) / 1e9
    }
}

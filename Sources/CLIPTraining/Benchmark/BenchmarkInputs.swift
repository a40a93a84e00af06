import CLIPModels
import CLIPText
import Torch
import TorchNN

/// A fresh model with random pixels and real captions for it, the same in every process.
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
        let size = configuration.vision.imageSize
        let generator = try RandomGenerator(seed: 5)
        let images = try Tensor.empty([count, 3, size, size], dtype: .uint8)
        // A few at a time: all of them in float32 would count into the peak of memory that is measured.
        for start in stride(from: 0, to: count, by: 64) {
            let rows = start..<min(start + 64, count)
            let pixels = try Tensor.empty([rows.count, 3, size, size])
            try generator.fillUniform(pixels, in: 0..<256)
            try images.slice(rows).copy(from: pixels)
        }
        return try images.to(device)
    }

    /// - Parameter fills: Whether captions are put together until each text fills the context.
    func texts(batches: Int, of count: Int, fills: Bool = false) throws -> [TokenSequences] {
        let tokenizer = try configuration.text.tokenizer.tokenizer()
        guard let context = configuration.text.kind.contextLength else {
            throw BenchmarkError.setting(
                name: "the text side of the model",
                found: "one of caption embeddings",
                expected: "one of token ids"
            )
        }
        return (0..<batches).map { number in
            TokenSequences(
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
        }
    }

    /// 10⁹ operations of the forward pass of an image and a text, a multiplication with its addition counted as two:
    /// the mean over the texts, whose padding counts where it is computed.
    func gigaflops(of texts: [TokenSequences]) throws -> Double {
        let isPacked = (configuration.text as? TextTransformerConfiguration)?.allowsPacking ?? false
        let width = configuration.embeddingWidth
        var (sum, count, known) = (0.0, 0, [Int: Double]())
        for batch in texts {
            for length in zip(batch.offsets, batch.offsets.dropFirst()).map({ Int($1 - $0) }) {
                let text =
                    isPacked ? try configuration.text.resized(contextLength: length) : configuration.text
                let cost = known[length] ?? text.summary(embeddingWidth: width).gigaflops
                known[length] = cost
                (sum, count) = (sum + cost, count + 1)
            }
        }
        return configuration.vision.summary(embeddingWidth: width).gigaflops + sum / Double(max(1, count))
    }
}

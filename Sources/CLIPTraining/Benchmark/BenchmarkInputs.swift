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

    func texts(batches: Int, of count: Int) throws -> [TokenSequences] {
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
                    tokenizer.tokens(
                        captions[(number * count + row) % captions.count],
                        contextLength: context
                    )
                }
            )
        }
    }
}

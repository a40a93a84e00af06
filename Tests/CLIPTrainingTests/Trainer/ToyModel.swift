import CLIPModels
import Torch
import TorchNN

/// A model that no other file knows: a linear map of pixels and a mean of token rows, in float64, and a loss of its own.
final class ToyModel: ImageTextModel {
    let parameters: ParameterStore
    let objectiveParameters: [String: Tensor]
    var computeType: DType = .float64
    let embeddingWidth = 8
    let imageSize = 16
    let preprocessing = Preprocessing()
    let textKind = TextKind.tokens(contextLength: 12)
    private let pixels, tokens: Tensor

    init(seed: UInt64 = 3) throws {
        parameters = ParameterStore(.initialize(seed: seed), dtype: .float64)
        let root = parameters.root
        pixels = try root.parameter("pixels", shape: [3 * 16 * 16, 8], .normal(deviation: 0.05))
        tokens = try root.parameter("tokens", shape: [49408, 8], .normal(deviation: 1))
        let scale = try root.parameter("logit_scale", shape: [], .constant(2))
        objectiveParameters = ["logit_scale": scale]
    }

    var recordedSides: FeatureSides { .both }

    /// `[B, D]` before unit length.
    private func rows(_ images: Tensor) throws -> Tensor {
        let flat = try images.reshaped([images.size(0), -1]).to(.float64) * (1.0 / 255) - 0.5
        return try flat.matmul(pixels)
    }

    func imageFeatures(_ images: Tensor, tape: ActivationTape?) throws -> Tensor {
        try rows(images).normalized()
    }

    func textFeatures(_ texts: TextInput, tape: ActivationTape?) throws -> Tensor {
        guard case .tokens(let texts) = texts else { return try tokens.slice(0..<0) }
        return try Tensor.concatenate(
            (0..<texts.count).map { index in
                let ids = try Tensor(texts[index].map(Int64.init))
                return try ids.embedded(in: tokens).mean(dims: [0]).unsqueezed(0)
            }
        ).normalized()
    }

    func features(of input: ModelInput, sides: FeatureSides, tape: ActivationTape?) throws -> ModelFeatures {
        let rows = try rows(input.images)
        return ModelFeatures(
            image: try rows.normalized(),
            text: try textFeatures(input.texts, tape: tape),
            auxiliaryLosses: ["length": try rows.squared().sum(dims: [1]).mean() * 0.01]
        )
    }

    func save(to path: String, values: [String: Tensor]) throws {}
}

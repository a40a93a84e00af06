import CLIPModels
import Torch
import TorchNN

/// The features of a batch, and the way back: gradients of features become gradients of the towers' parameters.
///
/// A batch of at most ``ActivationMemory/microBatch`` images is one recorded pass. A larger one is taken in parts,
/// as in gradient caching (Gao et al. 2021, "Scaling Deep Contrastive Learning Batch Size under Memory Limited
/// Setup"): with the loss `L` of all features `E = (f(x₁), …, f(xₙ))` of n parts,
///
/// `∂L/∂θ = Σ_i (∂L/∂E_i) · ∂f(x_i)/∂θ`
///
/// so all features come from passes that are not recorded, and each term from a recorded pass of one part, whose
/// activations are all that is in memory. The sum is exact for any loss of the features, as a row of `E` depends
/// on its own row of `x` alone; floating-point numbers are added in another order than in one pass.
///
/// What holds on the CPU, for towers that draw nothing at random: the second pass of a part repeats the first on
/// the same rows and gives the same bits, so the gradients belong to the very features that the loss saw.
struct FeaturePass {
    /// `[B, D]`
    let image: Tensor
    /// `[B, D]`, or `[B, k, D]` with k captions for each image.
    let text: Tensor
    private let model: CLIPModel
    private let memory: ActivationMemory
    /// Empty where the features are recorded.
    private let parts: [TowerInput]
    private let tape: ActivationTape?

    init(_ input: TowerInput, through model: CLIPModel, keeping memory: ActivationMemory) throws {
        guard input.count > 0, input.texts.count > 0, input.texts.count % input.count == 0 else {
            throw TorchError(
                operation: "features of \(input.count) images and \(input.texts.count) texts",
                reason: "every image needs the same number of texts, one or more"
            )
        }
        self.model = model
        self.memory = memory
        guard let size = memory.microBatch, size < input.count else {
            parts = []
            tape = memory.checkpointsBlocks ? ActivationTape() : nil
            (image, text) = try Self.features(input, of: model, tape: tape)
            return
        }
        let parts = try input.parts(of: size)
        self.parts = parts
        tape = nil
        let features = try withoutGradient {
            try parts.map { try Self.features($0, of: model, tape: nil) }
        }
        image = try .concatenate(features.map(\.image))
        text = try .concatenate(features.map(\.text))
    }

    /// Adds the gradients of the parameters, given those of ``image`` and ``text`` in their shapes. Only once.
    func backward(image imageGradient: Tensor, text textGradient: Tensor) throws {
        guard parts.isEmpty else {
            var row = 0
            for part in parts {
                let rows = row..<row + part.count
                try FeaturePass(part, through: model, keeping: memory)
                    .backward(image: imageGradient.slice(rows), text: textGradient.slice(rows))
                row = rows.upperBound
            }
            return
        }
        let outputs = [(image, imageGradient), (text, textGradient)]
        if let tape { try tape.backward(outputs) } else { try Torch.backward(outputs) }
    }

    private static func features(_ input: TowerInput, of model: CLIPModel, tape: ActivationTape?) throws
        -> (image: Tensor, text: Tensor)
    {
        let image = try model.imageFeatures(input.images, tape: tape)
        let text = try model.textFeatures(input.texts, tape: tape)
        guard input.texts.count != input.count else { return (image, text) }
        return (image, try text.reshaped([input.count, input.texts.count / input.count, text.size(1)]))
    }
}

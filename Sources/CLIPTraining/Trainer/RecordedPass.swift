import CLIPModels
import Torch
import TorchNN

/// The features of some images with their graph, whose activations are in memory until the way back.
struct RecordedPass {
    let features: ModelFeatures
    private let tape: ActivationTape?

    init(
        _ input: ModelInput,
        through model: any ImageTextModel,
        sides: FeatureSides,
        keeping memory: ActivationMemory
    ) throws {
        tape = memory.checkpointsBlocks ? ActivationTape() : nil
        features = try model.features(of: input, sides: sides, tape: tape)
    }

    /// One backward call over all that is recorded.
    ///
    /// - Parameters:
    ///   - text: `[N, D]`, or `[B, k, D]` of the same N rows.
    ///   - weight: What an auxiliary loss counts.
    func backward(image: Tensor, text: Tensor, weight: (_ name: String) -> Double) throws {
        var outputs: [(output: Tensor, gradient: Tensor)] = []
        if let rows = features.image { outputs.append((rows, image)) }
        if let rows = features.text { outputs.append((rows, try text.reshaped(rows.shape))) }
        for (name, loss) in features.auxiliaryLosses.sorted(by: { $0.key < $1.key }) {
            let gradient = try Tensor.full(loss.shape, weight(name), dtype: loss.dtype, on: loss.device)
            outputs.append((loss, gradient))
        }
        let recorded = outputs.filter(\.output.requiresGradient)
        guard !recorded.isEmpty else { return }
        if let tape { try tape.backward(recorded) } else { try Torch.backward(recorded) }
    }
}

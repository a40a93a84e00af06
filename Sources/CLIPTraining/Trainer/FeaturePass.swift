public import CLIPModels
public import RemoteFiles
public import Torch
import TorchNN

/// The features of a batch, and the way back: gradients of features become gradients of the model's parameters.
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
/// What holds on the CPU, for models that draw nothing at random: the second pass of a part repeats the first on
/// the same rows and gives the same bits, so the gradients belong to the very features that the loss saw.
///
/// A side whose parameters are all frozen builds no graph, and is not computed a second time.
public struct FeaturePass {
    /// Unit rows `[B, D]`.
    public let image: Tensor
    /// Unit rows `[B, D]`, or `[B, k, D]` with k captions for each image.
    public let text: Tensor
    /// Losses that the model adds of its own, by name: rank 0, means over the batch, without a graph.
    public let auxiliaryLosses: [String: Tensor]
    private let model: any ImageTextModel
    private let memory: ActivationMemory
    private let stop: StopSignal?
    /// Empty where the features are recorded.
    private let parts: [ModelInput]
    /// What the one pass gave; nil where there are parts.
    private let recorded: RecordedPass?

    /// Computes the features.
    ///
    /// - Parameter stop: Gives up before the next of several parts, on both ways.
    /// - Throws: `TorchError`, where images have different numbers of texts too; `TextInputError`; ``Interruption``.
    public init(
        _ input: ModelInput,
        through model: any ImageTextModel,
        keeping memory: ActivationMemory = ActivationMemory(),
        stop: StopSignal? = nil
    ) throws {
        guard input.count > 0, input.texts.count > 0, input.texts.count % input.count == 0 else {
            throw TorchError(
                operation: "features of \(input.count) images and \(input.texts.count) texts",
                reason: "every image needs the same number of texts, one or more"
            )
        }
        if let size = memory.microBatch, size < 1 {
            throw TorchError(
                operation: "features in parts of \(size) images",
                reason: "a part has one image or more"
            )
        }
        self.model = model
        self.memory = memory
        self.stop = stop
        let features: [ModelFeatures]
        if let size = memory.microBatch, size < input.count {
            let parts = try input.parts(of: size)
            features = try withoutGradient {
                try parts.map {
                    try stop?.interruptIfStopped()
                    return try model.features(of: $0, sides: .both, tape: nil)
                }
            }
            self.parts = parts
            recorded = nil
        } else {
            let pass = try RecordedPass(input, through: model, sides: .both, keeping: memory)
            features = [pass.features]
            parts = []
            recorded = pass
        }
        image = try Self.joined(features.map(\.image), "image")
        let text = try Self.joined(features.map(\.text), "text")
        // A model of pairs of texts has some of them on the other side.
        self.text =
            text.size(0) == input.count
            ? text : try text.reshaped([input.count, text.size(0) / input.count, text.size(1)])
        let shares = parts.isEmpty ? [1] : parts.map { Double($0.count) / Double(input.count) }
        auxiliaryLosses = try Self.mean(of: features.map(\.auxiliaryLosses), shares)
    }

    /// Whether the batch is taken in several parts, twice each.
    var isInParts: Bool { !parts.isEmpty }

    /// Adds the gradients of the parameters, given those of ``image`` and ``text`` in their shapes. Only once.
    ///
    /// Where nothing is recorded, as in a model that is frozen altogether, this does nothing.
    ///
    /// - Parameter auxiliaryWeights: What each of ``auxiliaryLosses`` counts in the loss, 1 where a name is missing. On
    ///   one of several processes: times this process's share of the global batch.
    /// - Throws: `TorchError`, for a weight of a loss that the model does not have too.
    public func backward(
        image imageGradient: Tensor,
        text textGradient: Tensor,
        auxiliaryWeights: [String: Double] = [:]
    ) throws {
        if let unknown = auxiliaryWeights.keys.sorted().first(where: { auxiliaryLosses[$0] == nil }) {
            throw TorchError(
                operation: "backward with a weight of the loss '\(unknown)'",
                reason: "the model has these losses: \(auxiliaryLosses.keys.sorted())"
            )
        }
        if let recorded {
            return try recorded.backward(
                image: imageGradient,
                text: textGradient,
                weight: { auxiliaryWeights[$0] ?? 1 }
            )
        }
        let sides = model.recordedSides
        guard !sides.isEmpty else { return }
        let count = Double(image.size(0))
        var row = 0
        for part in parts {
            try stop?.interruptIfStopped()
            let rows = row..<row + part.count
            try RecordedPass(part, through: model, sides: sides, keeping: memory).backward(
                image: imageGradient.slice(rows),
                text: textGradient.slice(rows),
                weight: { (auxiliaryWeights[$0] ?? 1) * Double(rows.count) / count }
            )
            row = rows.upperBound
        }
    }

    private static func joined(_ features: [Tensor?], _ side: String) throws -> Tensor {
        let rows = features.compactMap(\.self)
        guard rows.count == features.count else {
            throw TorchError(
                operation: "features of both sides",
                reason: "the model gave none of the \(side)s"
            )
        }
        return rows.count == 1 ? rows[0] : try .concatenate(rows)
    }

    /// The mean over all rows, from means over parts of them.
    private static func mean(of losses: [[String: Tensor]], _ shares: [Double]) throws -> [String: Tensor] {
        try withoutGradient {
            var sums: [String: Tensor] = [:]
            for (part, share) in zip(losses, shares) {
                for (name, loss) in part {
                    let term = try loss.detached() * share
                    sums[name] = try sums[name].map { try $0 + term } ?? term
                }
            }
            return sums
        }
    }
}

import CLIPModels
import Torch
import TorchNN

/// The parameters of a stage's model, and what is kept of each; no value is made.
struct ParameterInventory {
    private struct Entry {
        let name: String
        let count, bytes, moments: Int
        let isTrained: Bool

        var isOfImages: Bool { name.hasPrefix("visual.") }
    }

    private let entries: [Entry]
    /// Values of parameters that move, and of those that stay as they are.
    let trained, frozen: Int
    /// Bytes of all weights, and of their average where there is one.
    let weightBytes, averageBytes: Int
    /// Bytes of the optimizer's moments.
    let momentBytes: Int

    /// - Throws: `RecipeError` for names of `train.freeze` that there are not.
    init(_ configuration: ModelConfiguration, _ recipe: Recipe) throws {
        let store = ParameterStore(.unset, type: recipe.storage.weightType)
        let model = try CLIPModel(configuration, parameters: store)
        let frozen = try recipe.train.frozen(among: model.towerParameterNames)
        let entries = store.entries.map { entry in
            let isOfLoss = model.objectiveParameters[entry.name] != nil
            let isTrained =
                entry.isTrainable
                && (isOfLoss
                    ? recipe.lossFamily.trains(entry.name, in: recipe) : !frozen.contains(entry.name))
            let isNarrow = recipe.storage.moments == .bfloat16 && entry.tensor.rank >= 2
            return Entry(
                name: entry.name,
                count: entry.tensor.count,
                bytes: entry.tensor.count * entry.tensor.dtype.byteCount,
                moments: isTrained || isOfLoss
                    ? recipe.optimizer.momentCount * entry.tensor.count * (isNarrow ? 2 : 4) : 0,
                isTrained: isTrained
            )
        }
        self.entries = entries
        trained = entries.reduce(0) { $0 + ($1.isTrained ? $1.count : 0) }
        self.frozen = store.parameterCount - trained
        weightBytes = entries.reduce(0) { $0 + $1.bytes }
        momentBytes = entries.reduce(0) { $0 + $1.moments }
        averageBytes = recipe.ema == nil ? 0 : entries.reduce(0) { $0 + 4 * $1.count }
    }

    /// Bytes of the gradients of the image tower, or of everything else.
    func gradientBytes(ofImages: Bool) -> Int {
        entries.reduce(0) { $0 + ($1.isTrained && $1.isOfImages == ofImages ? $1.bytes : 0) }
    }

    /// Bytes of gradients as they travel between processes: float32.
    var reducedBytes: Int { 4 * trained }

    /// Which part of a tower is trained.
    func training(ofImages: Bool, _ work: TowerWorkload, _ recipe: Recipe, isInParts: Bool) -> TowerTraining {
        let names = entries.filter { $0.isTrained && $0.isOfImages == ofImages }.map(\.name)
        let tower = names.filter { !Self.isOfLoss($0) }
        var training = TowerTraining(
            layers: work.layers,
            isTrained: !tower.isEmpty,
            isInParts: isInParts,
            checkpointsBlocks: recipe.activationCheckpointing == .blocks
        )
        let blocks = Set(tower.compactMap(Self.block))
        // What stands before the blocks: embeddings, patches, the first normalisation.
        let isBefore = { (name: String) in
            ["embedding", "conv1", "ln_pre"].contains { name.contains($0) }
        }
        let first = tower.contains(where: isBefore) ? 0 : blocks.min() ?? work.layers
        training.recordedLayers = tower.isEmpty ? 0 : work.layers - first
        training.trainedLayers = blocks.count
        training.trainsPatches = tower.contains { $0.contains("conv1") }
        return training
    }

    /// The number of the block to which a parameter belongs.
    private static func block(of name: String) -> Int? {
        let parts = name.split(separator: ".")
        guard let place = parts.firstIndex(of: "resblocks"), place + 1 < parts.count else { return nil }
        return Int(parts[place + 1])
    }

    private static func isOfLoss(_ name: String) -> Bool { name.hasPrefix("logit_") }
}

extension Recipe.Optimizer {
    /// Numbers that are remembered of each parameter's value.
    var momentCount: Int {
        switch kind {
        case .adamw, .lamb: 2
        case .lion: 1
        case .sgd: momentum == 0 ? 0 : 1
        }
    }
}

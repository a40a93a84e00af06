import CLIPModels
import Torch

extension StageEstimate {
    /// The memory of a process with so many pairs at a time; nil for all of its batch.
    func memory(microBatch: Int?) -> StageMemory {
        let size = min(microBatch ?? localBatch, localBatch)
        let isInParts = size < localBatch
        let image = tower(.image, count: size, isInParts)
        let text = tower(.text, count: size * captionsPerImage, isInParts)
        let imageGradients = Double(inventory.gradientBytes(ofImages: true))
        let textGradients = Double(inventory.gradientBytes(ofImages: false))
        let gradients = imageGradients + textGradients
        let room = 1 + StageMemory.heapShare
        let objective = objectiveBytes
        // The moments of a step: features, loss, then the way back through texts and images.
        var moments: [Double]
        let kept = (image.activations + text.activations) * room
        let frozen = max(image.unrecordedPass, image.activations + text.unrecordedPass) * room
        if isInParts {
            let back = [
                kept + text.recomputedBlock * room, (image.activations + image.recomputedBlock) * room,
                image.activations * room + text.tableGradient, image.tableGradient, frozen,
            ]
            moments = back.map { gradients + $0 } + [objective]
        } else {
            moments = [
                kept + objective, kept + text.recomputedBlock * room, frozen,
                (image.activations + image.recomputedBlock) * room + textGradients, gradients,
            ]
        }
        // A checkpoint copies the moments.
        moments.append(Double(inventory.momentBytes))
        let inMemory = device == .cpu ? Self.batchesInMemory : 1
        // What no machine has may be more than an integer holds.
        let batches = (Double(inMemory * inputBytes) * Double(localBatch)).wholeNumber
        let process = device == .cpu ? StageMemory.processBytes : StageMemory.deviceBytes
        let fixed = inventory.weightBytes + inventory.momentBytes + inventory.averageBytes + batches + process
        return StageMemory(
            weights: inventory.weightBytes,
            gradients: Int(gradients),
            moments: inventory.momentBytes,
            average: inventory.averageBytes,
            activations: (kept + max(image.recomputedBlock, text.recomputedBlock) * room).wholeNumber,
            objective: objective.wholeNumber,
            batches: batches,
            process: process,
            peak: fixed + (moments.max() ?? 0).wholeNumber,
            microBatch: size
        )
    }

    /// The batch that is in use, and those that the loader prepares.
    private static let batchesInMemory = 4

    private enum Side { case image, text }

    private func tower(_ side: Side, count: Int, _ isInParts: Bool) -> TowerMemory {
        let work = side == .image ? imageWork : textWork
        guard let work else { return .zero }
        let isNarrow = recipe.storage.weightType(name: side == .image ? "visual." : "text.", rank: 2) != nil
        return TowerMemory(
            work,
            inventory.training(ofImages: side == .image, work, recipe, isInParts: isInParts),
            count: count,
            computeBytes: recipe.precision.type(on: device).byteCount,
            weightBytes: isNarrow ? 2 : 4
        )
    }

    /// Four matrices of similarities at a time, in pieces where they are larger than the workspace; those with prototypes;
    /// and features with their gradients.
    private var objectiveBytes: Double {
        let (rows, all) = (Double(localBatch), Double(recipe.batch))
        let matrices = min(Double(recipe.objective.workspace.bytes), 16 * rows * all)
        var prototypes = 0.0
        if recipe.lossFamily.hasNormalizers, recipe.objective.normalizer == .network {
            prototypes = 16 * all * Double(recipe.objective.network.prototypes)
        }
        let features = 8 * (rows + all) * Double(configuration.embeddingWidth) * Double(1 + captionsPerImage)
        return matrices + prototypes + features
    }

    /// Bytes of a pair in a batch: pixels, and embeddings where the model takes them.
    private var inputBytes: Int {
        let side = configuration.vision.imageSize
        guard case .embeddings(let width) = configuration.text.kind else { return 3 * side * side }
        return 3 * side * side + 4 * width * captionsPerImage
    }
}

/// What a pass through the towers keeps until the gradients of its features come.
struct ActivationMemory: Equatable {
    /// Images whose activations are in memory at a time; nil for all.
    var microBatch: Int?
    /// Whether only the inputs of blocks are kept.
    var checkpointsBlocks: Bool
}

extension ActivationMemory {
    init(_ recipe: Recipe) {
        microBatch = recipe.microBatch
        checkpointsBlocks = recipe.activationCheckpointing == .blocks
    }
}

/// What a pass through a model keeps until the gradients of its features come.
public struct ActivationMemory: Equatable, Sendable {
    /// Images whose activations are in memory at a time; nil for all.
    public var microBatch: Int?
    /// Whether only the inputs of blocks are kept.
    public var checkpointsBlocks: Bool

    /// Describes what is kept: by default all activations of the whole batch.
    public init(microBatch: Int? = nil, checkpointsBlocks: Bool = false) {
        self.microBatch = microBatch
        self.checkpointsBlocks = checkpointsBlocks
    }
}

extension ActivationMemory {
    init(_ recipe: Recipe) {
        // A run settles `auto` before it builds a step.
        microBatch = recipe.microBatch?.count
        checkpointsBlocks = recipe.activationCheckpointing == .blocks
    }
}

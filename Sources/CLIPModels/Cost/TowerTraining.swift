/// Which part of a tower is trained, and what a training step keeps and repeats of it.
public struct TowerTraining: Equatable, Sendable {
    /// Blocks that are recorded: those from the first trained parameter on.
    public var recordedLayers: Int
    /// Blocks that have a trained parameter.
    public var trainedLayers: Int
    /// Whether anything is recorded.
    public var isRecorded: Bool
    /// Whether the patch projection is trained.
    public var trainsPatches: Bool
    /// Whether the batch is computed in parts, of which each is computed twice.
    public var isInParts: Bool
    /// Whether only the inputs of blocks are kept.
    public var checkpointsBlocks: Bool

    /// Describes a tower of which all or nothing is trained.
    public init(
        layers: Int,
        isTrained: Bool = true,
        isInParts: Bool = false,
        checkpointsBlocks: Bool = false
    ) {
        recordedLayers = isTrained ? layers : 0
        trainedLayers = recordedLayers
        (isRecorded, trainsPatches) = (isTrained, isTrained)
        (self.isInParts, self.checkpointsBlocks) = (isInParts, checkpointsBlocks)
    }
}

extension TowerWorkload {
    /// Multiply-adds of a training step for one input.
    ///
    /// The forward pass, once more where the batch is in parts and the tower is recorded; the recorded blocks once more where
    /// they are checkpointed; and in the backward pass the gradients of the inputs of recorded blocks and of the weights of
    /// trained ones, as many as their forward pass each.
    public func multiplyAdds(of training: TowerTraining) -> Double {
        let block = blockProducts + attentionProducts
        let recorded = Double(training.recordedLayers)
        var sum = multiplyAdds
        if training.isInParts, training.isRecorded { sum += multiplyAdds }
        if training.checkpointsBlocks { sum += recorded * block }
        // Both factors of attention's products have gradients wherever rows do.
        sum += recorded * (blockProducts + 2 * attentionProducts)
        sum += Double(training.trainedLayers) * blockProducts
        return sum + (training.trainsPatches ? patchProducts : 0)
    }
}

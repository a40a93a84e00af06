internal import Torch
internal import TorchDistributed

/// What prototypes learn from: the anchors of one side on all ranks.
struct PrototypeBatch {
    /// Unit-length features `[B, D]`.
    let anchors: Tensor
    /// `s`, `[B]`.
    let similarity: Tensor
    /// `ln g`, `[B]`.
    let logMean: Tensor
    /// 1/τ, `[B]` or `[1]`.
    let scale: Tensor
    /// Which anchors have no negatives: their batch says nothing about `g`, `[B]`.
    let isAlone: Tensor

    init(_ statistics: AnchorStatistics, anchors: Tensor, scale: Tensor, collective: any Collective) throws {
        self.anchors = anchors
        similarity = try collective.gather(statistics.similarity)
        logMean = try collective.gather(statistics.logMean)
        // Near -1e30 there, and never near that elsewhere.
        isAlone = try logMean .< -1e20
        let isShared = scale.size(0) != statistics.similarity.size(0)
        self.scale = isShared ? scale : try collective.gather(scale)
    }
}

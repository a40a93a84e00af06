import CLIPData
public import CLIPModels
import CLIPText
import Torch

/// Draws the patches of each image of a batch that a step computes.
///
/// A draw is keyed by seed, stage, visit and number of the sample, as crops are, and depends on nothing else: not on the
/// rows beside it, on threads, or on where a run was resumed.
public struct PatchSelection: Sendable {
    /// Which patches stay.
    public let mask: PatchMask
    /// Patches per side of an image.
    public let grid: Int
    private let seed: UInt64
    private let stage: Int

    /// Describes draws.
    ///
    /// - Parameter stage: The stage by whose number the stream of samples is keyed.
    /// - Throws: `TorchError` for a grid that cannot be masked so.
    public init(_ mask: PatchMask, grid: Int, seed: UInt64, stage: Int) throws {
        if let obstacle = mask.obstacle(grid: grid) {
            throw TorchError(operation: "mask of patches", reason: obstacle)
        }
        self.mask = mask
        self.grid = grid
        self.seed = seed
        self.stage = stage
    }

    /// The numbers of the patches that stay, row after row of the grid, rising; the same count for every sample.
    public func patches(ordinal: Int64, visit: Int64) -> [Int64] {
        var random = CounterRandom(
            seed: seed,
            stage: UInt64(stage),
            visit: UInt64(visit),
            ordinal: UInt64(ordinal),
            purpose: .imageMask
        )
        return switch mask {
        case .none: (0..<Int64(grid * grid)).map(\.self)
        case .random: sample(mask.keptCount(grid: grid), &random)
        case .grid(let offset): window(offset, &random)
        case .block: block(side: mask.blockSide(grid: grid), &random)
        }
    }

    /// int64 `[B, K]` for the rows of a batch; nil where all patches stay.
    func patches(of batch: Batch, on device: Device) throws -> Tensor? {
        let count = mask.keptCount(grid: grid)
        guard count < grid * grid else { return nil }
        let rows = zip(batch.ordinals, batch.visits).flatMap { patches(ordinal: $0, visit: $1) }
        return try Tensor(rows, shape: [batch.count, count], on: device)
    }

    /// So many without replacement. In rising order, memory is read front to back; what a tower computes does not depend on
    /// the order, as each patch has its position.
    private func sample(_ count: Int, _ random: inout CounterRandom) -> [Int64] {
        random.places(count, below: grid * grid).sorted().map(Int64.init)
    }

    private func window(_ offset: PatchMask.GridOffset, _ random: inout CounterRandom) -> [Int64] {
        var place = offset == .image ? random.index(below: 4) : 0
        var kept: [Int64] = []
        for y in stride(from: 0, to: grid, by: 2) {
            for x in stride(from: 0, to: grid, by: 2) {
                if offset == .window { place = random.index(below: 4) }
                kept.append(Int64((y + place / 2) * grid + x + place % 2))
            }
        }
        return kept.sorted()
    }

    private func block(side: Int, _ random: inout CounterRandom) -> [Int64] {
        let top = random.index(below: grid - side + 1), left = random.index(below: grid - side + 1)
        return (top..<top + side).flatMap { y in (left..<left + side).map { Int64(y * grid + $0) } }
    }
}

/// Which patches of an image a tower computes in training (CLIPA, Li et al. 2023; FLIP).
public enum PatchMask: Sendable, Hashable {
    /// All of them.
    case none
    /// Some, drawn without replacement; `drop` is the share that is left out.
    case random(drop: Double)
    /// One of each window of 2×2.
    case grid(GridOffset)
    /// A square of patches, whose side is the root of the share that stays, rounded.
    case block(drop: Double)

    /// Which patch of its window a grid keeps. Where the published runs took it from is not known.
    public enum GridOffset: String, Sendable, CaseIterable {
        /// The upper left one.
        case fixed
        /// The same one in all windows of an image, drawn for each image.
        case image
        /// One drawn for each window.
        case window
    }

    /// How many of `grid²` patches stay, for every image: `max(1, ⌊N·(1 - drop)⌋)` of random ones, a fourth of a grid,
    /// and the square of a block.
    ///
    /// Decimal shares count as written: 0.3 of 256 leaves 179.
    public func keptCount(grid: Int) -> Int {
        let all = grid * grid
        func share(_ drop: Double) -> Double { Double(all) * (1 - drop) }
        switch self {
        case .none: return all
        case .random(let drop): return max(1, Int(share(drop)))
        case .grid: return max(1, (grid / 2) * (grid / 2))
        case .block(let drop):
            let side = min(grid, max(1, Int(share(drop).squareRoot().rounded())))
            return side * side
        }
    }
}

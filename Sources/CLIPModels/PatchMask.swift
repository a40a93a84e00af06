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

    /// Which patch of its window a grid keeps. How the published runs chose it is unknown.
    public enum GridOffset: String, Sendable, CaseIterable {
        /// The upper left one.
        case fixed
        /// The same one in all windows of an image, drawn for each image.
        case image
        /// One drawn for each window.
        case window
    }

    /// How many of `grid²` patches stay, for every image: `⌊N·(1 - drop)⌋` of random ones, a fourth of a grid, and the
    /// square of a block, whose side is the root of what random ones would be, rounded.
    ///
    /// Training refuses a drop that leaves none and a grid with an odd side; here such a drop leaves one patch, and only
    /// whole windows of such a grid count. Decimal shares count as written: 0.3 of 256 leaves 179, and 0.9 of 100 leaves 10.
    public func keptCount(grid: Int) -> Int {
        switch self {
        case .none: return grid * grid
        case .random(let drop): return max(1, Self.share(of: grid * grid, without: drop))
        case .grid: return max(1, (grid / 2) * (grid / 2))
        case .block:
            let side = blockSide(grid: grid)
            return side * side
        }
    }

    /// The side of a block in patches; the whole grid for other masks.
    package func blockSide(grid: Int) -> Int {
        guard case .block(let drop) = self else { return grid }
        let kept = Double(max(1, Self.share(of: grid * grid, without: drop)))
        return min(grid, max(1, Int(kept.squareRoot().rounded())))
    }

    /// Why a grid of this side cannot be masked so, as what follows a colon; nil where it can.
    package func obstacle(grid: Int) -> String? {
        switch self {
        case .none: return nil
        case .random(let drop), .block(let drop):
            guard Self.share(of: grid * grid, without: drop) < 1 else { return nil }
            return "a drop of \(drop) leaves none of \(grid)×\(grid) patches"
        case .grid:
            guard grid % 2 != 0 else { return nil }
            return "\(grid)×\(grid) patches cannot be divided into 2×2 windows"
        }
    }

    /// ⌊count·(1 - drop)⌋ of the decimal number that `drop` stands for. In binary, 100·(1 - 0.9) is less than 10.
    private static func share(of count: Int, without drop: Double) -> Int {
        let share = Double(count) * (1 - drop)
        let nearest = share.rounded()
        return Int(abs(share - nearest) < 1e-9 * Double(count) ? nearest : share.rounded(.down))
    }
}

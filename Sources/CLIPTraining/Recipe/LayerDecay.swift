/// Learning rates that fall through the blocks of the image tower: `rate^(L + 1 - i)` for a parameter of layer `i`.
///
/// Layer 0 is what stands before the blocks as patches, positions and class token, block `k` is layer `k + 1`, and all else,
/// the text side among it, is layer `L + 1`.
struct LayerDecay {
    private let rate: Double
    private let blocks: Int

    /// - Parameter names: All parameters of the model, frozen ones among them.
    init(rate: Double, blocksAmong names: some Sequence<String>) {
        self.rate = rate
        blocks = (names.compactMap(Self.block).max() ?? -1) + 1
    }

    /// Whether the image tower has no blocks with numbers.
    var hasNoBlocks: Bool { blocks == 0 }

    /// What the learning rate of a parameter is multiplied by.
    func factor(of name: String) -> Double {
        let layer: Int
        if let block = Self.block(of: name) {
            layer = block + 1
        } else {
            layer = Self.first.contains(name) ? 0 : blocks + 1
        }
        return (layer..<(blocks + 1)).reduce(1) { product, _ in product * rate }
    }

    private static let first: Set<String> = [
        "visual.conv1.weight", "visual.positional_embedding", "visual.class_embedding",
    ]

    private static func block(of name: String) -> Int? {
        let prefix = "visual.transformer.resblocks."
        guard name.hasPrefix(prefix) else { return nil }
        return Int(name.dropFirst(prefix.count).prefix { $0 != "." })
    }
}

/// What a tower of transformer blocks, or of their hidden layers alone, computes for one input, from which its cost and its memory follow.
public struct TowerWorkload: Equatable, Sendable {
    /// Width of a row, number of blocks, heads of a block (0 for blocks without attention), width of the hidden layer of a block.
    public var width, layers, heads, mlpWidth: Int
    /// Token rows of an input.
    public var tokens: TokenLengths
    /// Patches that are projected, and the numbers in each; 0 for texts.
    public var patches, patchValues: Int
    /// Numbers of an input before anything is left out: 3·side² for images, 0 for texts.
    public var inputValues: Int
    /// Whether rows are normalised before the first block.
    public var normalizesInput: Bool
    /// Whether the last block computes one row only past its attention, as one row is read.
    public var readsOneRow: Bool
    /// Values of the largest table that rows are looked up in; 0 where there is none.
    public var tableValues: Int

    /// Describes a tower.
    public init(
        width: Int,
        layers: Int,
        heads: Int,
        mlpWidth: Int,
        tokens: TokenLengths,
        patches: Int = 0,
        patchValues: Int = 0,
        inputValues: Int = 0,
        normalizesInput: Bool = false,
        readsOneRow: Bool = true,
        tableValues: Int = 0
    ) {
        (self.width, self.layers, self.heads, self.mlpWidth) = (width, layers, heads, mlpWidth)
        self.tokens = tokens
        (self.patches, self.patchValues, self.inputValues) = (patches, patchValues, inputValues)
        (self.normalizesInput, self.readsOneRow) = (normalizesInput, readsOneRow)
        self.tableValues = tableValues
    }

    /// Values of the matrices of one block.
    public var blockWeights: Int { width * ((hasAttention ? 4 * width : 0) + 2 * mlpWidth) }
    /// Whether rows of an input see each other.
    public var hasAttention: Bool { heads > 0 }
    /// Multiply-adds of one block's matrices for one input, 12·W²·T with a hidden layer of 4·W.
    public var blockProducts: Double { Double(blockWeights) * tokens.mean }
    /// Multiply-adds of one block's attention for one input, 2·W·T²: queries with keys, weights with values.
    public var attentionProducts: Double { hasAttention ? 2 * Double(width) * tokens.meanSquare : 0 }
    /// Multiply-adds of the patch projection for one input.
    public var patchProducts: Double { Double(patches) * Double(patchValues) * Double(width) }

    /// Multiply-adds of the forward pass of one input: L·(12·W²·T + 2·W·T²) + patches·3P²·W.
    ///
    /// The rule by which CLIPA counts its compute (Li et al. 2023): the projection of the feature is left out, and the last
    /// block counts for all rows. Operations are twice as many.
    public var multiplyAdds: Double {
        Double(layers) * (blockProducts + attentionProducts) + patchProducts
    }
}

extension VisionTransformerConfiguration {
    /// Kept patches and the class token.
    public func workload(keeping mask: PatchMask) -> TowerWorkload? { blocks(keeping: mask) }

    func blocks(keeping mask: PatchMask) -> TowerWorkload {
        let patches = mask.keptCount(grid: grid)
        return TowerWorkload(
            width: width,
            layers: layers,
            heads: heads,
            mlpWidth: mlpWidth,
            tokens: TokenLengths(patches + 1),
            patches: patches,
            patchValues: 3 * patchSize * patchSize,
            inputValues: 3 * imageSize * imageSize,
            normalizesInput: normalizesInput,
            readsOneRow: pooling == .classToken
        )
    }
}

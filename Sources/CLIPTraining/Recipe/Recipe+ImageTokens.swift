import CLIPModels

extension Recipe.ImageTokens {
    /// Refuses a mask that images of a model cannot have.
    ///
    /// - Throws: `RecipeError`.
    func check(_ configuration: ModelConfiguration) throws {
        guard mask != .none else { return }
        func problem(_ key: String, _ reason: String) -> RecipeError {
            RecipeError([RecipeProblem(.conflict(reason: reason), path: "tokens.image.\(key)")])
        }
        let size = configuration.vision.imageSize
        guard let grid = configuration.vision.patchGrid else {
            throw problem(
                "mask",
                "the image tower is a \(configuration.vision.name), which computes whole images only; take `none`."
            )
        }
        guard let obstacle = patchMask.obstacle(grid: grid) else { return }
        let remedy =
            mask == .grid
            ? "take another mask, or images with an even number of patches per side (`model.imageSize`)"
            : "leave out less, or take larger images (`model.imageSize`)"
        throw problem(
            mask == .grid ? "mask" : "drop",
            "an image of \(size) px: \(obstacle); \(remedy)."
        )
    }

    /// Settings that have no effect beside the mask.
    func ignored(at path: String) -> [RecipeWarning] {
        let usual = Recipe.ImageTokens()
        var warnings: [RecipeWarning] = []
        if drop != usual.drop, mask == .none || mask == .grid {
            warnings.append(
                RecipeWarning(
                    path: "\(path).drop",
                    reason: mask == .none
                        ? "all patches are computed (`\(path).mask` is `none`)."
                        : "a grid leaves out three of four patches."
                )
            )
        }
        if gridOffset != usual.gridOffset, mask != .grid {
            warnings.append(
                RecipeWarning(path: "\(path).gridOffset", reason: "`\(path).mask` is not `grid`.")
            )
        }
        return warnings
    }
}

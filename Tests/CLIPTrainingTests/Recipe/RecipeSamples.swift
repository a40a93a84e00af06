@testable import CLIPTraining

/// Recipes that tests start from.
enum RecipeSamples {
    /// The least that a recipe has to say.
    static let minimal = """
        model:
          config: ViT-B-32
        data:
          train: shards/{000..009}.tar
        batch: 256
        length: 3 epochs
        """

    static func minimalRecipe() throws -> Recipe { try Recipe(yaml: minimal) }

    /// The problems of a recipe, as a person reads them.
    static func problems(_ yaml: String, overrides: [String] = []) -> [String] {
        do {
            _ = try Recipe(yaml: yaml, name: "r.yaml", overrides: overrides)
            return []
        } catch let error as RecipeError {
            return error.problems.map(\.description)
        } catch {
            return ["another error: \(error)"]
        }
    }
}

import Yams

/// Reads a recipe from its tree and what is laid over it, and collects everything that is wrong.
struct RecipeReader {
    let name: String
    let objectives: ObjectiveKinds
    /// The tree before overrides.
    let written: Node
    /// The tree with overrides.
    private(set) var root: Node
    /// The text of each override by its key path.
    private(set) var overrides: [String: String] = [:]
    /// Overrides that cannot be laid, or that change nothing.
    private var unusable: [RecipeProblem] = []
    var problems: [RecipeProblem] = []
    /// Problems of stages with what they take from the run, by the stage's number.
    var inherited: [Int: [RecipeProblem]] = [:]

    init(_ root: Node, name: String, objectives: ObjectiveKinds) {
        self.root = root
        self.name = name
        self.objectives = objectives
        written = root
    }

    /// Lays `key=value` over the tree.
    mutating func lay(_ text: String) {
        do throws(RecipeProblem) {
            let override = try RecipeOverride(text)
            root = try override.applied(to: root)
            overrides[override.path] = text
        } catch {
            unusable.append(error)
        }
    }

    /// The recipe.
    ///
    /// - Throws: `RecipeError` with all problems.
    mutating func recipe() throws -> Recipe {
        let recipe: Recipe?
        if let stages = root.mapping?["stages"], !stages.isNull, stages.sequence?.isEmpty != true {
            recipe = try staged(stages)
        } else {
            recipe = try plain()
        }
        guard let recipe, unusable.isEmpty, problems.isEmpty else {
            throw RecipeError(unusable + problems.sorted { $0.isWritten(before: $1) })
        }
        return recipe
    }

    /// A recipe of one stage.
    private mutating func plain() throws -> Recipe? {
        var tree = root
        if let preset = ObjectivePreset.named(in: tree) {
            if let override = overrides["objective.preset"], preset != ObjectivePreset.named(in: written) {
                let given = Set(overrides.keys)
                unusable += try contradictions(of: preset, in: tree) { key in
                    given.contains { $0 == key || $0.hasPrefix(key + ".") }
                }
                .map {
                    RecipeProblem(.conflict(reason: $0.reason), path: $0.key, location: .override(override))
                }
            }
            tree = try preset.applied(to: tree)
        }
        let decoder = RecipeDecoder(fileName: name, overrides: overrides, objectives: objectives)
        decoder.note(tree, at: "")
        let recipe = Recipe.decode(tree, at: "", decoder)
        if let recipe { decoder.add(recipe.plainProblems(at: "")) }
        problems += decoder.problems
        return recipe
    }

    /// Keys that a recipe settles itself and to which a preset named later gives other values.
    ///
    /// The recipe's own values win, so such a preset would change nothing there.
    func contradictions(
        of preset: ObjectivePreset,
        in tree: Node,
        unless isGiven: (String) -> Bool
    ) throws -> [(key: String, reason: String)] {
        try preset.contradictions(in: tree).filter { !isGiven($0) }.map { key in
            let reason =
                "the recipe itself sets it, and the preset `\(preset.rawValue)` another value; set it too, or take it "
                + "out of the recipe. (A run's recipe.yaml sets every key.)"
            return (key, reason)
        }
    }
}

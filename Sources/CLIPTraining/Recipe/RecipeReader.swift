import Yams

/// Reads a recipe from its tree and what is laid over it, and collects everything that is wrong.
struct RecipeReader {
    let name: String
    let objectives: ObjectiveKinds
    /// Whether a run wrote the file.
    var isOfRun = false
    /// The tree before overrides.
    let written: Node
    /// The tree with overrides.
    private(set) var root: Node
    /// The text of each override by its key path.
    private(set) var overrides: [String: String] = [:]
    /// Overrides that cannot be laid, or that change nothing.
    private var unusable: [RecipeProblem] = []
    var problems: [RecipeProblem] = []
    /// What a preset that was named later left as it is, in sentences.
    var notices: [String] = []
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
        let given = GivenKeys(paths: overrides.keys)
        let (old, new) = (ObjectivePreset.named(in: written), ObjectivePreset.named(in: tree))
        if old != new, let override = Self.presetOverride(in: overrides) {
            let change = PresetSwitch(old: old, new: new, objectives: objectives)
            unusable += try take(change, in: &tree, given.contains).map {
                RecipeProblem($0.kind, path: $0.path, location: .override(override))
            }
        }
        tree = try tree.laid(over: new, given)
        let decoder = RecipeDecoder(fileName: name, overrides: overrides, objectives: objectives)
        decoder.note(tree, at: "")
        let recipe = Recipe.decode(tree, at: "", decoder)
        if let recipe { decoder.add(recipe.plainProblems(at: "")) }
        problems += decoder.problems
        return recipe
    }
}

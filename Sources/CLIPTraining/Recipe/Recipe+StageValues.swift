import Yams

extension Recipe.Stage: RecipeValue {
    static var expectation: String { "a mapping of name, length, start, carry, and keys of a recipe" }

    /// The head alone; ``RecipeReader`` reads what a stage changes of the recipe.
    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Recipe.Stage? {
        guard let head = StageHead.decode(node, at: path, decoder) else { return nil }
        var stage = Recipe.Stage()
        (stage.name, stage.start, stage.carry) = (head.name, head.start, head.carry)
        stage.recipe.length = head.length
        return stage
    }

    var node: Node { head.node }

    var head: StageHead { StageHead(name: name, length: recipe.length, start: start, carry: carry) }

    static func reference(at path: String) -> [RecipeKey] { StageHead.reference(at: path) }
}

extension Recipe {
    /// Sections whose keys belong together: presets decide over both, so a stage states them whole.
    private static let wholeSections: Set<String> = ["objective", "temperature"]

    private var wholeNode: Node {
        .mapping(Node.Mapping(Self.fields.map { (Node.text($0.key), $0.encode(self)) }, .implicit, .block))
    }

    /// Mappings that are values, as the order of their entries counts.
    static let orderedMappings: Set<String> = ["rates", "sources"]

    /// All keys but the stages'.
    var plainNode: Node { wholeNode.removing(["stages"]) }

    /// The recipe as a tree; of the stages what they change.
    var node: Node {
        guard !stages.isEmpty else { return wholeNode }
        let root = plainNode
        let entries = stages.enumerated().map { number, stage in
            var base = root.removing(["length"])
            if number > 0, stage.start.kind == .continuing {
                base = base.inheriting(
                    from: stages[number - 1].recipe,
                    config: stage.recipe.model.config
                )
            }
            var changes = stage.recipe.plainNode.removing(["length"]).difference(
                from: base,
                whole: Self.wholeSections.union(Self.orderedMappings)
            )
            if Self.wholeSections.contains(where: { changes?.mapping?[$0] != nil }) {
                let whole = stage.recipe.plainNode
                for key in Self.wholeSections.sorted() { changes?.mapping?[key] = whole.mapping?[key] }
            }
            let all = stage.head.node.pairs + (changes?.pairs ?? [])
            return Node.mapping(Node.Mapping(all, .implicit, .block))
        }
        return .mapping(
            Node.Mapping(
                missingPaths.reduce(root) { $0.removing(path: $1) }.pairs
                    + [(.text("stages"), .sequence(Node.Sequence(entries, .implicit, .block)))],
                .implicit,
                .block
            )
        )
    }

    /// Required keys that each stage states, so that the run as a whole may have no value for them.
    var missingPaths: [String] {
        var paths = ["length"]
        if batch == 0 { paths.append("batch") }
        if model.config.isEmpty { paths.append("model.config") }
        if data.train.entries.isEmpty { paths.append("data.train") }
        return paths
    }

    /// What is wrong with the values: those of the run, those of each stage, and those between stages.
    func problems(at path: String) -> [RecipeProblem] {
        guard !stages.isEmpty else { return plainProblems(at: path) }
        let shared = runProblems
        let own = stages.enumerated().flatMap { number, stage in
            stage.recipe.plainProblems(at: "").filter { !shared.contains($0) }.map { $0.moved(into: number) }
        }
        return shared + own + stageProblems
    }

    /// Settings without effect, once where all stages have them.
    func warnings(at path: String) -> [RecipeWarning] {
        guard !stages.isEmpty else { return plainWarnings(at: path) + transferWarnings }
        let all = stages.map { $0.recipe.plainWarnings(at: "") }
        let shared = all[0].filter { warning in all.allSatisfy { $0.contains(warning) } }
        return shared + unusedValueWarnings + transferWarnings + carryWarnings + temperatureWarnings
            + all.enumerated().flatMap { number, warnings in
                warnings.filter { !shared.contains($0) }.map {
                    RecipeWarning(path: "stages.\(number)".appending(key: $0.path), reason: $0.reason)
                }
            }
    }

    /// What the first stage would carry over.
    private var carryWarnings: [RecipeWarning] {
        guard stages[0].carry != Carry() else { return [] }
        return [RecipeWarning(path: "stages.0.carry", reason: "there is no stage before it.")]
    }

    /// First temperatures of stages that continue with the temperature of the stage before.
    private var temperatureWarnings: [RecipeWarning] {
        zip(stages, stages.dropFirst()).enumerated().compactMap { number, pair in
            let (old, new) = (pair.0.recipe.temperature, pair.1.recipe.temperature)
            guard pair.1.start.kind == .continuing, new.rule != .individual, old.first != new.first else {
                return nil
            }
            return RecipeWarning(
                path: "stages.\(number + 1).temperature.initial",
                reason: "the stage continues with the temperature of stage `\(pair.0.name)`."
            )
        }
    }
}

extension Node {
    /// A run's tree with the model of a stage before, with which the next one continues.
    ///
    /// - Parameter config: The configuration that the next one names, if any: sizes and a text side of another one are not its own.
    func inheriting(from before: Recipe, config: String?) -> Node {
        var (tree, before) = (self, before)
        if let config, config != before.model.config {
            (before.model.imageSize, before.model.contextLength, before.model.positions) = (nil, nil, nil)
            (before.model.text, before.model.embedDim) = (nil, nil)
        }
        let node = before.plainNode
        for key in ["model", "preprocess"] { tree.mapping?[.text(key)] = node.value(at: key) }
        return tree
    }
}

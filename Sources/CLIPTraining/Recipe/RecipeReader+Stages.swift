import Yams

extension RecipeReader {
    /// A recipe of several stages: each is read whole, from its own values over those of the run.
    mutating func staged(_ list: Node) throws -> Recipe? {
        let base = root.removing(["stages"])
        let decoder = RecipeDecoder(fileName: name, overrides: overrides, objectives: objectives)
        decoder.note(list, at: "stages")
        guard case .sequence(let entries) = list else {
            decoder.wrongType(list, expected: "a list, each entry \(Recipe.Stage.expectation)", at: "stages")
            problems += decoder.problems
            return nil
        }
        if let length = base.mapping?["length"], !length.isNull {
            decoder.note(length, at: "length")
            let reason =
                "the run is as long as its stages, each of which has a length of its own; leave it out here."
            decoder.report(.conflict(reason: reason), at: "length")
        }
        var recipe = try run(base.removing(["length"]))
        let shared = problems
        var stages: [Recipe.Stage] = []
        for (number, entry) in entries.enumerated() {
            let before = stages.count == number ? stages.last : nil
            if let stage = try stage(number, entry, after: before, over: base.removing(["length"]), decoder) {
                stages.append(stage)
            }
        }
        // What does not go together in the run is reported once, unless only some of the stages make it wrong.
        for (number, problems) in inherited.sorted(by: { $0.key < $1.key }) {
            for problem in problems where !shared.contains(where: { $0.isSame(as: problem) }) {
                let isEverywhere =
                    inherited.count == entries.count && inherited.values.allSatisfy { $0.contains(problem) }
                add([isEverywhere ? problem : problem.moved(into: number)])
            }
        }
        let isComplete = stages.count == entries.count
        recipe.stages = stages
        if isComplete { decoder.add(recipe.stageProblems) }
        add(decoder.problems)
        return isComplete ? recipe : nil
    }

    /// What all stages start from. Each of its values is checked here, whether or not a stage has another; what does not go
    /// together is found in the stages.
    private mutating func run(_ base: Node) throws -> Recipe {
        var tree = base
        let given = GivenKeys(paths: overrides.keys)
        let (old, new) = (ObjectivePreset.named(in: written), ObjectivePreset.named(in: base))
        if old != new, Self.presetOverride(in: overrides) != nil {
            // What stays and what cannot is said of the stages.
            let change = PresetSwitch(old: old, new: new, objectives: objectives)
            tree = try change.applied(to: base, unless: given.contains).tree
        }
        tree = try tree.laid(over: new, given)
        let decoder = RecipeDecoder(fileName: name, overrides: runOverrides, objectives: objectives)
        decoder.note(tree, at: "")
        let recipe = Recipe.decode(tree, at: "", decoder) ?? Recipe()
        decoder.add(recipe.plainProblems(at: ""))
        add(decoder.problems.filter { $0.isOfOneValue && !(isOfRun && $0.isOutOfRangeInFile) })
        return recipe
    }

    private mutating func stage(
        _ number: Int,
        _ entry: Node,
        after before: Recipe.Stage?,
        over base: Node,
        _ heads: RecipeDecoder
    ) throws -> Recipe.Stage? {
        let place = "stages.\(number)"
        heads.note(entry, at: place)
        guard case .mapping(let mapping) = entry else {
            heads.wrongType(entry, expected: Recipe.Stage.expectation, at: place)
            return nil
        }
        let keys = Set(StageHead.fields.map(\.key))
        let head = entry.removing(Set(mapping.keys.compactMap(\.string)).subtracting(keys))
        var changes = entry.removing(keys)
        guard var stage = Recipe.Stage.decode(head, at: place, heads) else { return nil }
        let foreign = Recipe.runKeys.filter { changes.value(at: $0) != nil }
        for key in foreign {
            if let node = changes.value(at: key) { heads.note(node, at: "\(place).\(key)") }
            heads.report(.conflict(reason: Recipe.runKeyReason), at: "\(place).\(key)")
        }
        changes = foreign.reduce(changes) { $0.removing(path: $1) }

        var tree = dropForeignSettings(inheriting(from: before, base, changes, head: stage), under: changes)
            .overlaid(
                with: changes,
                .replacesMapping,
                whole: Recipe.orderedMappings
            )
        tree.mapping?[.text("length")] = mapping["length"] ?? .plain("1 steps")
        add(try followPreset(number, changes: changes, base: base, tree: &tree).map(heads.located))
        let given = GivenKeys(paths: overrides(of: number).keys)
        tree = try tree.laid(over: ObjectivePreset.named(in: tree), given)
        let decoder = RecipeDecoder(
            fileName: name,
            overrides: overrides(of: number, changes),
            objectives: objectives
        )
        decoder.note(tree, at: "")
        let recipe = Recipe.decode(tree, at: "", decoder)
        if let recipe { decoder.add(recipe.plainProblems(at: "")) }
        let written = Node.mapping(mapping)
        for problem in decoder.problems {
            if let own = problem.moved(into: place, ifWrittenIn: written, over: base) {
                add([own])
            } else {
                inherited[number, default: []].append(problem)
            }
        }
        guard let recipe, foreign.isEmpty else { return nil }
        stage.recipe = recipe
        return stage
    }

    /// The run's tree without the own settings of losses that the stage does not use.
    private func dropForeignSettings(_ base: Node, under changes: Node) -> Node {
        let named =
            changes.value(at: "objective.kind")?.string
            ?? ObjectivePreset.named(in: changes).map { _ in "" }
        guard let named, let objective = base.mapping?["objective"] else { return base }
        var base = base
        let foreign = objectives.all.map(\.name).filter { $0 != named }
        base.mapping?["objective"] = objective.removing(Set(foreign))
        return base
    }

    /// The run's tree; where the stage continues with a model that is not the run's, with that model.
    private func inheriting(
        from before: Recipe.Stage?,
        _ base: Node,
        _ changes: Node,
        head: Recipe.Stage
    ) -> Node {
        guard let before, head.start.kind == .continuing else { return base }
        return base.inheriting(from: before.recipe, config: changes.value(at: "model.config")?.string)
    }

    /// The overrides of the run's own values.
    private var runOverrides: [String: String] {
        overrides.filter { !$0.key.hasPrefix("stages.") && $0.key != "stages" }
    }

    /// The overrides that a stage sees, under its own paths; what the stage itself says wins over those of the run.
    func overrides(of number: Int, _ changes: Node = .null) -> [String: String] {
        let prefix = "stages.\(number)."
        var texts = runOverrides.filter { changes.value(at: $0.key).map { $0.mapping != nil } ?? true }
        // An override of the whole stage, or of all, wrote its keys.
        if let text = overrides["stages.\(number)"] ?? overrides["stages"] {
            for key in changes.mapping?.keys.compactMap(\.string) ?? [] { texts[key] = text }
        }
        for (path, text) in overrides where path.hasPrefix(prefix) {
            texts[String(path.dropFirst(prefix.count))] = text
        }
        return texts
    }

    /// Adds problems that are not there yet: each stage meets those of the run again.
    private mutating func add(_ more: [RecipeProblem]) {
        for problem in more where !problems.contains(problem) { problems.append(problem) }
    }
}

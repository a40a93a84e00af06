extension Recipe {
    /// Keys that belong to the run and not to a stage.
    static let runKeys = [
        "seed", "device", "threads", "deterministic", "data.cache", "data.remote", "stages",
    ]

    static let runKeyReason = "it belongs to the whole run; set it at the top of the recipe."

    /// What is wrong between stages.
    var stageProblems: [RecipeProblem] {
        var problems: [RecipeProblem] = []
        for (number, stage) in stages.enumerated() {
            func add(_ key: String, _ reason: String) {
                problems.append(
                    RecipeProblem(.conflict(reason: reason), path: "stages.\(number).\(key)")
                )
            }
            let name = RecipeCheck<String>.stageName
            if !name.holds(stage.name) {
                let kind = RecipeProblem.Kind.invalidValue(found: "'\(stage.name)'", expected: name.rule)
                problems.append(RecipeProblem(kind, path: "stages.\(number).name"))
            }
            if stages[..<number].contains(where: { $0.name == stage.name }) {
                add(
                    "name",
                    "an earlier stage is called `\(stage.name)` too; stages need different names."
                )
            }
            if stage.recipe.model.isLanguage {
                add(
                    "model.language",
                    "a language model is trained in a run without stages; train it in a run of its own, and go on from its "
                        + "adapter with `model.initialize`."
                )
            }
            if stage.start.kind == .grow {
                add("start.kind", "a model cannot grow yet; take `continue` or `initialize`.")
            }
            for (key, choice) in [("optimizer", stage.carry.optimizer), ("ema", stage.carry.ema)]
            where choice == .map {
                add("carry.\(key)", "nothing can be mapped before a model can grow; take `keep` or `reset`.")
            }
            guard number > 0 else { continue }
            StageTransition(from: stages[number - 1], to: stage).problems(add)
        }
        return problems
    }
}

extension Recipe {
    /// Parameters of the model that the loss brings.
    var addedLossParameters: Set<String> { Set(lossFamily.addedParameters(in: self).keys) }
    /// What the rest of a run has to know of the loss.
    var lossFamily: any ObjectiveFamily { objective.kind.family }
    /// What the loss remembers.
    var memory: ObjectiveMemory { lossFamily.memory(in: self) }
    /// Numbers that the loss keeps for each sample; 0 for none.
    var sampleStateWidth: Int { memory.sampleNumbers.count }
}

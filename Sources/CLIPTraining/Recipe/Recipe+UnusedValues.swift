import Yams

extension Recipe {
    /// Values of the run's own that are not the defaults and that no stage has.
    var unusedValueWarnings: [RecipeWarning] {
        let (own, others) = (plainNode, stages.map(\.recipe.plainNode))
        let stated = Self.reference.filter { $0.isRequired && !$0.path.contains(".N.") }.map(\.path)
        let missing = Set(missingPaths)
        var keys = stated.filter { !missing.contains($0) }
        if objective.preset != nil { keys.append("objective.preset") }
        keys += runDifferences.map(\.key)
        // A run writes into its stages what these come to.
        if microBatch == .automatic { keys.removeAll { ["microBatch", "memoryLimit"].contains($0) } }
        return keys.filter { key in others.allSatisfy { $0.value(at: key) != own.value(at: key) } }.map {
            RecipeWarning(path: $0, reason: "every stage has another value.")
        }
    }

    /// What is wrong with single values of the run's own, whether or not a stage has them. What does not go together is a
    /// matter of the stages.
    var runProblems: [RecipeProblem] {
        let missing = Set(missingPaths)
        return plainProblems(at: "").filter { $0.isOfOneValue && !missing.contains($0.path) }
    }
}

import CLIPModels

extension Recipe {
    /// Refuses evaluations for which a model would have to take text.
    func checkEvaluations(of configuration: ModelConfiguration) throws {
        guard case .embeddings(let width) = configuration.text.kind, !evaluate.isEmpty else { return }
        let reason =
            "evaluations need a model that takes text, and `model.config` takes embeddings of captions (\(width) "
            + "numbers each); leave them out."
        throw RecipeError(
            evaluate.indices.map { RecipeProblem(.conflict(reason: reason), path: "evaluate.\($0)") }
        )
    }
}

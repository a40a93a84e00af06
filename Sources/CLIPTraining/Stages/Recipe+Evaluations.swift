import CLIPModels

extension Recipe {
    /// Refuses evaluations for which a model would have to take text.
    ///
    /// - Parameter isOpen: Whether the vectors of captions were opened, which say by which language model they are.
    func checkEvaluations(of configuration: ModelConfiguration, isOpen: Bool = false) throws {
        guard case .embeddings(let width) = configuration.text.kind else { return }
        let adapter = configuration.text as? AdapterTextConfiguration
        let readsText = adapter.map { !isOpen || $0.language != nil } ?? false
        guard !readsText else { return }
        let reason =
            adapter == nil
            ? "evaluations need a model that takes text, and `model.config` takes embeddings of captions (\(width) "
                + "numbers each); leave them out."
            : "evaluations need the language model that made the vectors of captions, and these do not say which one it was; "
                + "leave them out."
        let problems = evaluate.indices.filter { evaluate[$0].kind != .normalizer }.map {
            RecipeProblem(.conflict(reason: reason), path: "evaluate.\($0)")
        }
        guard problems.isEmpty else { throw RecipeError(problems) }
    }
}

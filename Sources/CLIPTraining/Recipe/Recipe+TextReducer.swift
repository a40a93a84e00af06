public import CLIPModels
public import CLIPText
import Foundation

extension Recipe {
    /// What decides which tokens of captions stay in training; nil for the first ones, as many as the model takes.
    ///
    /// - Parameters:
    ///   - kind: What the model takes, with its own context length.
    ///   - tally: Counts captions that the tagger cannot read.
    /// - Throws: `RecipeError` for a budget that the model does not have, and for a tagger that is not there.
    public func textReducer(
        _ tokenizer: any TextTokenizer,
        for kind: TextKind,
        tally: TextReductionTally = TextReductionTally()
    ) throws -> TextReducer? {
        let text = tokens.text
        try checkTextTokens(of: kind)
        guard text.reducesTexts, let contextLength = kind.contextLength else { return nil }
        do {
            return try TextReducer(
                tokenizer,
                reduction: text.reduction,
                budget: text.budget ?? contextLength,
                tagger: tagger(),
                tally: tally
            )
        } catch let error as TextReductionError {
            throw Self.conflict("budget", "\(error).")
        } catch let error as AssetError {
            throw Self.conflict("reduction", "`\(text.reduction.rawValue)` reads a tagger, and \(error).")
        }
    }

    /// Refuses a reduction for a model that takes embeddings, and a budget larger than the model's context.
    ///
    /// - Throws: `RecipeError`.
    func checkTextTokens(of kind: TextKind) throws {
        guard tokens.text.reducesTexts else { return }
        guard let contextLength = kind.contextLength else {
            throw Self.conflict(
                tokens.text.budget == nil ? "reduction" : "budget",
                "the model takes embeddings of captions, which have no tokens to leave out; remove it."
            )
        }
        if let problem = budgetProblem(ofContext: contextLength) { throw RecipeError([problem]) }
    }

    /// A budget that is larger than a context.
    func budgetProblem(ofContext length: Int) -> RecipeProblem? {
        guard let budget = tokens.text.budget, budget > length else { return nil }
        let reason =
            "\(budget) tokens are more than the \(length) that the model takes; give at most \(length), or a larger "
            + "`model.contextLength`."
        return RecipeProblem(.conflict(reason: reason), path: "tokens.text.budget")
    }

    /// The tagger that the reduction reads; nil where it reads none.
    ///
    /// - Throws: `RecipeError` for a file that the recipe names and that is none; `AssetError` for one that is to be fetched.
    func tagger() throws -> PartOfSpeechTagger? {
        let text = tokens.text
        guard text.reduction.needsTagger else { return nil }
        do {
            return try PartOfSpeechTagger(contentsOf: text.tagger.map { URL(fileURLWithPath: $0) })
        } catch let error as TaggerError {
            throw Self.conflict(text.tagger == nil ? "reduction" : "tagger", "\(error).")
        }
    }

    /// The same for evaluations: nil unless the recipe asks for it.
    public func evaluationReducer(
        _ tokenizer: any TextTokenizer,
        for kind: TextKind,
        tally: TextReductionTally = TextReductionTally()
    ) throws -> TextReducer? {
        tokens.text.inEvaluation ? try textReducer(tokenizer, for: kind, tally: tally) : nil
    }

    /// What to say of a budget that saves nothing.
    func budgetWarning(of model: ModelConfiguration) -> String? {
        guard let budget = tokens.text.budget, let length = model.text.kind.contextLength, budget < length,
            model.text.padsTexts
        else { return nil }
        return
            "`tokens.text.budget` saves nothing: this model's text tower computes all \(length) positions of each text; a "
            + "smaller `model.contextLength` does."
    }

    private static func conflict(_ key: String, _ reason: String) -> RecipeError {
        RecipeError([RecipeProblem(.conflict(reason: reason), path: "tokens.text.\(key)")])
    }
}

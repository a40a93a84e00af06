import CLIPData
import CLIPModels
import Torch
import TorchNN

extension Recipe.Train {
    /// The names that a pattern of `freeze` matches as a whole.
    ///
    /// - Throws: `RecipeError` for a pattern that matches none, with names that are near it.
    func frozen(among names: [String]) throws -> Set<String> {
        var frozen: Set<String> = []
        var problems: [RecipeProblem] = []
        for (number, text) in freeze.enumerated() {
            guard let pattern = try? Regex(text) else {
                problems.append(Self.notAnExpression(text, at: "train.freeze.\(number)"))
                continue
            }
            let found = try names.filter { try pattern.wholeMatch(in: $0) != nil }
            frozen.formUnion(found)
            guard found.isEmpty else { continue }
            let near = names.map { ($0, Spelling.distance(Array(text), Array($0))) }
                .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(3).map { "`\($0.0)`" }
            let reason =
                "'\(text)' does not match the whole name of any parameter; the nearest are \(near.joined(separator: ", ")). "
                + "(To fix the temperature, set `temperature.rule: constant`.)"
            problems.append(RecipeProblem(.conflict(reason: reason), path: "train.freeze.\(number)"))
        }
        guard problems.isEmpty else { throw RecipeError(problems) }
        return frozen
    }
}

extension Recipe {
    /// The parameters that the optimizer moves: all but those of `train.freeze`.
    ///
    /// A temperature that is fixed stays among them, without a gradient, as in every checkpoint.
    func optimizerParameters(of model: any ImageTextModel) -> [ParameterStore.Entry] {
        model.parameters.trainable.filter {
            $0.tensor.requiresGradient || model.objectiveParameters[$0.name] != nil
        }
    }
}

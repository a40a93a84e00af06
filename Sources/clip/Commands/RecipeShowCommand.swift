import ArgumentParser
import CLIPTraining
import Foundation

struct RecipeShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a recipe with every key, and what differs from its preset and the defaults.",
        discussion: """
            RECIPE is a YAML file, a run, or a checkpoint of a run. What is printed is a recipe again; a comment follows \
            each value that is not the preset's or the default. The recipe is checked as far as that takes no other file; \
            'clip plan RECIPE' also reads configurations and checkpoints, and 'clip train RECIPE --dry-run' the data.

            EXAMPLE:
              clip recipe show Examples/recipes/demo.yaml
              clip recipe show recipe.yaml --set objective.preset=fastclip-v3 > fastclip.yaml
              clip recipe show runs/demo --json
            """
    )

    @Argument(help: "A recipe, a run, or a checkpoint of a run.", completion: .file())
    var recipe: String

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Change a key of the recipe.", valueName: "key=value")
    )
    var overrides: [String] = []

    @OptionGroup var output: OutputOptions

    func run() throws {
        let found =
            if let file = try fileOfRun() {
                try Recipe(ofRun: file, overrides: overrides) { Console.note($0) }
            } else {
                try Recipe(contentsOf: recipe, overrides: overrides) { Console.note($0) }
            }
        for warning in found.warnings { Console.note("warning: \(warning)") }
        try found.validateBuiltInModels()
        let shown = ShownRecipe(recipe: try found.resolved, differences: found.differences)
        let text = try found.annotated
        try output.present(shown) { text.trimmingCharacters(in: .newlines) }
    }

    /// The recipe of the run or checkpoint that is named; nil for a file.
    private func fileOfRun() throws -> String? {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: recipe, isDirectory: &isDirectory), isDirectory.boolValue
        else {
            return nil
        }
        let file = URL(fileURLWithPath: recipe).appending(path: "recipe.yaml").path
        guard FileManager.default.fileExists(atPath: file) else {
            throw RunDirectoryError.notARun(path: recipe, missing: "recipe.yaml")
        }
        return file
    }
}

/// What `clip recipe show` prints.
private struct ShownRecipe: Encodable {
    /// The recipe with every key, as YAML.
    var recipe: String
    /// What is not the preset's or the default.
    var differences: [Recipe.Difference]
}

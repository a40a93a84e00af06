import ArgumentParser

struct RecipeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipe",
        abstract: "List presets, and show what a recipe or a run comes to.",
        discussion: """
            EXAMPLE:
              clip recipe presets
              clip recipe presets fastclip-v3
              clip recipe show Examples/recipes/demo.yaml
              clip recipe show runs/demo --set objective.preset=neuclip
            """,
        subcommands: [RecipePresetsCommand.self, RecipeShowCommand.self]
    )
}

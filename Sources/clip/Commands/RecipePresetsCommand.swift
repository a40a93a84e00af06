import ArgumentParser
import CLIPTraining

struct RecipePresetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "presets",
        abstract: "List the presets of objective.preset with the keys that each settles.",
        discussion: """
            All other keys keep their defaults, and what a recipe says itself wins. A recipe or a run changes to \
            another preset with --set objective.preset=NAME: values that it has of its present preset, or as defaults, \
            follow the new one; others stay, and are named. A preset's temperature.rho is at most 0.82 of \
            ln(samples - 1): on smaller data a run takes that, and says so.

            EXAMPLE:
              clip recipe presets
              clip recipe presets neuclip --json
            """
    )

    @Argument(
        help: "One preset instead of all.",
        completion: .list(ObjectivePreset.allCases.map(\.rawValue)),
        transform: PresetOptions.preset
    )
    var name: ObjectivePreset?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let presets = try (name.map { [$0] } ?? ObjectivePreset.allCases).map { try ShownPreset($0) }
        try output.present(ShownPresets(presets: presets)) {
            presets.map(\.text).joined(separator: "\n\n")
        }
    }
}

/// What `clip recipe presets` prints.
private struct ShownPresets: Encodable {
    var presets: [ShownPreset]
}

/// A preset as it is shown.
private struct ShownPreset: Encodable {
    var name, meaning, source: String
    /// A list, since keys of an object would be respelt.
    var settings: [ObjectivePreset.Setting]

    init(_ preset: ObjectivePreset) throws {
        (name, meaning, source) = (preset.rawValue, preset.meaning, preset.source)
        settings = try preset.settings
    }

    var text: String {
        "\(name): \(meaning)\n  (\(source))\n" + TextTable(settings.map { ["  \($0.key)", $0.value] }).text
    }
}

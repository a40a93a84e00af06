import ArgumentParser
import CLIPTraining

/// The loss of a benchmark.
struct PresetOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "The loss, by the name of a recipe's objective.preset.",
        transform: Self.preset
    )
    var preset: ObjectivePreset = .clip

    /// The preset of a name.
    static func preset(_ name: String) throws -> ObjectivePreset {
        guard let preset = ObjectivePreset(rawValue: name) else {
            let names = ObjectivePreset.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no preset \(name); the presets are \(names)")
        }
        return preset
    }
}

import Yams

extension Recipe {
    /// A key whose value is not that of the preset or the default.
    public struct Difference: Equatable, Sendable, Codable {
        /// The key path, such as `temperature.rho` or `stages.1.temperature.rho`.
        public var key: String
        /// The value as YAML, in one line.
        public var value: String
        /// What the preset has, or what the default is.
        public var standard: String
        /// The preset whose value that is; nil for the default.
        public var preset: String?
    }

    /// What differs from the preset and from the defaults, in the order of the recipe.
    ///
    /// Keys without a default are left out, as is what a stage changes of the run, but for its loss and temperature.
    public var differences: [Difference] {
        let root = node
        return runDifferences
            + stages.enumerated().flatMap { number, stage in
                let place = "stages.\(number)"
                let stated = ["objective", "temperature"].filter { root.value(at: "\(place).\($0)") != nil }
                return stage.recipe.differences(at: place, in: stated)
            }
    }

    /// The same without what stages change.
    var runDifferences: [Difference] {
        differences(at: "", in: Self.fields.map(\.key).filter { $0 != "stages" })
    }

    private func differences(at place: String, in sections: [String]) -> [Difference] {
        let required = Set(Self.reference.filter(\.isRequired).map(\.path))
            .union(["objective.preset", "temperature.fromPreset"])
        let settled = Set((try? objective.preset?.settings)?.map(\.key) ?? [])
        let (own, standard) = (plainNode, Recipe(of: objective.preset).plainNode)
        return sections.flatMap { section in
            guard let value = own.value(at: section), let usual = standard.value(at: section) else {
                return [Difference]()
            }
            return value.differences(from: usual, at: section).filter { !required.contains($0.key) }.map {
                Difference(
                    key: place.isEmpty ? $0.key : place.appending(key: $0.key),
                    value: $0.value,
                    standard: $0.standard,
                    preset: settled.contains($0.key) ? objective.preset?.rawValue : nil
                )
            }
        }
    }

    /// Defaults, with what a preset settles.
    private init(of preset: ObjectivePreset?) {
        self.init()
        guard let preset, let tree = try? preset.applied(to: .mapping([:])) else { return }
        let decoder = RecipeDecoder(fileName: "", overrides: [:])
        objective =
            Recipe.Objective.decode(tree.value(at: "objective") ?? .null, at: "objective", decoder)
            ?? objective
        temperature =
            Recipe.Temperature.decode(tree.value(at: "temperature") ?? .null, at: "temperature", decoder)
            ?? temperature
    }
}

extension Node {
    /// The values that are other than those of a tree of the same keys, by their paths.
    fileprivate func differences(
        from other: Node,
        at path: String
    ) -> [(key: String, value: String, standard: String)] {
        guard self != other else { return [] }
        // An optional section, and a mapping of names to values, differ as a whole.
        guard case .mapping(let own) = self, case .mapping(let theirs) = other,
            !Recipe.orderedMappings.contains(path.split(separator: ".").last.map(String.init) ?? "")
        else { return [(path, inlineText, other.inlineText)] }
        return own.flatMap { key, value in
            value.differences(from: theirs[key] ?? .null, at: path.appending(key: key.string ?? ""))
        }
    }
}

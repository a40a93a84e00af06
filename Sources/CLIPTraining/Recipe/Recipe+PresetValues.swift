import Yams

extension Recipe.Temperature {
    /// What a preset gave, as the run has it: a value that still is this one is not the recipe's own.
    public struct PresetValues: Equatable, Sendable {
        /// The first temperature.
        public var initial: Double?
        /// ρ, fitted to the data where the preset's number does not hold for it.
        public var rho: Double?

        /// Says that a preset gave nothing.
        public init() {}
    }
}

extension Recipe.Temperature.PresetValues: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "initial",
                \.initial,
                "Written by runs, not by hand. The first temperature that the preset gave."
            ),
            .init(
                "rho",
                \.rho,
                "Written by runs, not by hand. The ρ that the preset gave, or that its rule gave for the size of the data."
            ),
        ]
    }
}

extension Node {
    /// The tree over the values of its preset, with a note of those that the preset gave and a run does not take as the
    /// recipe's own.
    ///
    /// - Parameter given: What was given together with the recipe, which is its own even where it is the preset's number.
    func laid(over preset: ObjectivePreset?, _ given: GivenKeys) throws -> Node {
        var tree = try preset?.applied(to: self) ?? self
        guard case .mapping(var temperature)? = tree.mapping?["temperature"] else { return tree }
        var note = Mapping([])
        switch temperature["fromPreset"] {
        case .mapping(let written)?: note = written
        case let node? where !node.isNull: return tree
        default: break
        }
        for key in Recipe.Temperature.PresetValues.fields.map(\.key) {
            let value = presetValue(key, of: preset, given)
            note[.text(key)] = value?.node ?? .null
        }
        temperature["fromPreset"] = note.allSatisfy(\.value.isNull) ? .null : .mapping(note)
        tree.mapping?["temperature"] = .mapping(temperature)
        return tree
    }

    /// The value of a key of the temperature that the preset gave; nil for one of the recipe's own.
    private func presetValue(_ key: String, of preset: ObjectivePreset?, _ given: GivenKeys) -> Double? {
        let path = "temperature.\(key)"
        guard let published = preset?.number(at: path) else { return nil }
        guard let written = value(at: path) else { return published }
        guard !given.contains(path), let found = written.number else { return nil }
        guard let note = value(at: "temperature.fromPreset") else {
            // Recipes of runs from before there was a note state every key.
            return statesTemperatureWhole && found == published ? found : nil
        }
        return note.value(at: key)?.number == found ? found : nil
    }

    /// Whether every key stands there that the section has had from the first.
    private var statesTemperatureWhole: Bool {
        ["rule", "initial", "minimumScale", "maximumScale", "rho", "learningRate"].allSatisfy {
            value(at: "temperature.\($0)") != nil
        }
    }

    private var number: Double? { plainText.flatMap(Double.init(literal:)) }
}

import Yams

/// What becomes of a recipe's own values where another preset takes the place of its preset.
///
/// A value that is the old preset's, as it is or fitted to the data, or the default where that has none, follows the new
/// preset. Any other is the recipe's own and stays; one that would make another method of the preset is refused.
struct PresetSwitch {
    /// A value of the recipe's own beside that of the new preset.
    struct OwnValue: Equatable {
        var key: String
        var value: String
        var preset: String
        /// Whether the new preset settles the key, and it is not just the default.
        var isSettled: Bool
    }

    /// Keys that make a method what it is.
    static let defining: Set<String> = [
        "objective.kind", "objective.normalizer", "objective.multiplyByTemperature", "temperature.rule",
    ]

    /// Where a recipe says what its preset gave.
    private static let note = "temperature.fromPreset"

    let old, new: ObjectivePreset?
    let objectives: ObjectiveKinds

    /// The tree without the values that follow the new preset, the values that stay, and those that cannot.
    ///
    /// - Parameter isGiven: Whether a key was given together with the new preset, and so is not the old one's.
    func applied(to tree: Node, unless isGiven: (String) -> Bool) throws
        -> (tree: Node, kept: [OwnValue], refused: [OwnValue])
    {
        let (found, unreadable) = written(tree)
        let before = try written(old?.applied(to: .mapping([:])) ?? .mapping([:])).values
        let after = try written(new?.applied(to: .mapping([:])) ?? .mapping([:])).values
        let settled = Set(try new?.settings.map(\.key) ?? [])
        // What only the old preset settles is worth a word, too: it may have been a value of that in an earlier version.
        let named = settled.union(try old?.settings.map(\.key) ?? [])
        var (left, kept, refused) = (tree, [OwnValue](), [OwnValue]())
        for section in ["objective", "temperature"] {
            for key in tree.value(at: section)?.leafPaths(under: section) ?? [] {
                guard key != "objective.preset", !key.hasPrefix(Self.note), !isGiven(key),
                    !unreadable.contains(key), let own = found.value(at: key)
                else { continue }
                let noted = "\(Self.note)\(key.dropFirst(section.count))"
                if own == before.value(at: key)
                    || (section == "temperature" && own == found.value(at: noted))
                {
                    left = left.removing(path: key)
                } else if named.contains(key), let wanted = after.value(at: key), wanted != own {
                    let isSettled = settled.contains(key)
                    let value = OwnValue(
                        key: key,
                        value: own.inlineText,
                        preset: wanted.inlineText,
                        isSettled: isSettled
                    )
                    if isSettled, Self.defining.contains(key) {
                        refused.append(value)
                    } else {
                        kept.append(value)
                    }
                }
            }
        }
        // What stays is no preset's.
        if left.value(at: Self.note) != nil, !isGiven(Self.note) {
            left.mapping?["temperature"]?.mapping?["fromPreset"] = .null
        }
        return (left, kept, refused)
    }

    /// Both sections with every value written out in one way, and the keys whose values cannot be read.
    private func written(_ tree: Node) -> (values: Node, unreadable: Set<String>) {
        let decoder = RecipeDecoder(fileName: "", overrides: [:], objectives: objectives)
        let objective = Recipe.Objective.decode(
            tree.value(at: "objective") ?? .null,
            at: "objective",
            decoder
        )
        var temperature = Recipe.Temperature.decode(
            tree.value(at: "temperature") ?? .null,
            at: "temperature",
            decoder
        )
        // Before it could be left open, recipes of runs had the number.
        if let first = temperature?.first { temperature?.initial = first }
        let pairs = [("objective", objective?.node), ("temperature", temperature?.node)].compactMap {
            key,
            node in
            node.map { (Node.text(key), $0) }
        }
        return (.mapping(Node.Mapping(pairs)), Set(decoder.problems.map(\.path)))
    }
}

extension Node {
    /// The paths of all values that are no mappings, in order.
    func leafPaths(under path: String) -> [String] {
        guard case .mapping(let mapping) = self else { return [path] }
        return mapping.flatMap { key, value in
            value.leafPaths(under: path.appending(key: key.string ?? ""))
        }
    }
}

import Yams

extension RecipeReader {
    /// Lets the values of a tree follow another preset, and notes what stays.
    ///
    /// - Parameter place: What paths of a stage begin with; empty for the run.
    /// - Returns: What cannot stay beside the new preset.
    mutating func take(
        _ change: PresetSwitch,
        in tree: inout Node,
        at place: String = "",
        _ isGiven: (String) -> Bool
    ) throws -> [RecipeProblem] {
        let result = try change.applied(to: tree, unless: isGiven)
        tree = result.tree
        let name = change.new?.rawValue ?? "null"
        for value in result.kept {
            let key = place.isEmpty ? value.key : place.appending(key: value.key)
            let other =
                value.isSettled
                ? "the preset `\(name)` has \(value.preset)"
                : "\(change.new.map { "the preset `\($0.rawValue)`" } ?? "a recipe without a preset") has the default, "
                    + value.preset
            let notice =
                "`\(key)` stays \(value.value), the recipe's own value; \(other) (--set \(key)=\(value.preset))"
            if !notices.contains(notice) { notices.append(notice) }
        }
        return result.refused.map { value in
            let key = place.isEmpty ? value.key : place.appending(key: value.key)
            let reason =
                "the recipe itself sets it to `\(value.value)`, and the preset `\(name)` is a method with "
                + "`\(value.preset)`; take it out of the recipe, or give --set \(key)=\(value.preset) too."
            return RecipeProblem(.conflict(reason: reason), path: value.key)
        }
    }

    /// The override that names a preset.
    static func presetOverride(in overrides: [String: String]) -> String? {
        overrides["objective.preset"] ?? overrides["objective"]
    }

    /// Lets the stage's values follow a preset that an override names, or that the stage names over the run's values.
    ///
    /// - Returns: What keeps such a preset from being what it is.
    mutating func followPreset(
        _ number: Int,
        changes: Node,
        base: Node,
        tree: inout Node
    ) throws -> [RecipeProblem] {
        let new = ObjectivePreset.named(in: tree)
        let overrides = overrides(of: number)
        let old: ObjectivePreset?
        let isGiven: (String) -> Bool
        if Self.presetOverride(in: overrides) != nil, new != writtenPreset(of: number) {
            old = writtenPreset(of: number)
            isGiven = GivenKeys(paths: overrides.keys).contains
        } else if let new, new == ObjectivePreset.named(in: changes), new != ObjectivePreset.named(in: base) {
            old = ObjectivePreset.named(in: base)
            isGiven = { changes.value(at: $0) != nil }
        } else {
            return []
        }
        let place = "stages.\(number)"
        let change = PresetSwitch(old: old, new: new, objectives: objectives)
        return try take(change, in: &tree, at: place, isGiven).map { problem in
            var problem = problem
            // Where nobody wrote the key in the stage, the problem is where the preset was named over the run's value.
            let isOfRun =
                Self.presetOverride(in: self.overrides) != nil && changes.value(at: problem.path) == nil
            if !isOfRun { problem.path = place.appending(key: problem.path) }
            return problem
        }
    }

    /// The preset of a stage before overrides.
    private func writtenPreset(of number: Int) -> ObjectivePreset? {
        if let own = written.value(at: "stages.\(number)"), own.value(at: "objective.preset") != nil {
            return ObjectivePreset.named(in: own)
        }
        return ObjectivePreset.named(in: written)
    }
}

import Yams

extension RecipeProblem {
    /// Whether the value is wrong by itself, whatever the others are.
    var isOfOneValue: Bool {
        switch kind {
        case .unknownKey, .wrongType, .invalidValue: true
        // Entries of lists are given whole; what is missing elsewhere may be given by a stage.
        case .missing: path.split(separator: ".").contains { Int($0) != nil }
        case .conflict, .noFile, .unreadable: false
        }
    }

    /// Whether it says the same of a key, wherever that was written.
    func isSame(as other: RecipeProblem) -> Bool { path == other.path && kind == other.kind }

    /// Whether it is an out-of-range value from the file, not from an override.
    var isOutOfRangeInFile: Bool {
        if case .invalidValue = kind, case .file? = location { true } else { false }
    }

    /// The problem under a stage's path, where the stage wrote the key or the section that it concerns; nil elsewhere.
    func moved(into place: String, ifWrittenIn stage: Node, over base: Node) -> RecipeProblem? {
        let section = path.split(separator: ".").first ?? ""
        let isOfStage =
            stage.value(at: path) != nil
            || (stage.value(at: section) != nil && base.value(at: path) == nil)
        guard isOfStage, !path.isEmpty else { return nil }
        var problem = self
        problem.path = place.appending(key: path)
        if case .unknownKey(let nearest, var valid) = kind {
            if section == path {
                valid =
                    StageHead.fields.map(\.key)
                    + valid.filter { !Recipe.runKeys.contains($0) && $0 != "length" }
            }
            problem.kind = .unknownKey(nearest: nearest.map { "\(place).\($0)" }, valid: valid)
        }
        return problem
    }
}

import Yams

extension Recipe {
    /// The whole recipe as YAML, in which a comment follows each value that is not that of the preset or the default.
    ///
    /// It reads back as an equal recipe, as ``resolved`` does.
    ///
    /// - Throws: Nothing that a caller could cause: errors of the YAML writer.
    public var annotated: String {
        get throws {
            let text = try resolved
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            guard let tree = try Yams.compose(yaml: text) else { return text }
            let notes =
                differences.map { ($0.key, "\($0.preset ?? "default"): \($0.standard)") }
                + peakNotes(in: tree)
            for (key, note) in notes {
                guard let line = tree.line(of: key), lines.indices.contains(line - 1),
                    !lines[line - 1].hasSuffix(note)
                else { continue }
                lines[line - 1] += (lines[line - 1].contains("  # ") ? "; " : "  # ") + note
            }
            return lines.joined(separator: "\n")
        }
    }

    /// The peaks of learning rates that go by the batch, at the key that made each what it is.
    private func peakNotes(in tree: Node) -> [(key: String, note: String)] {
        let all = stages.isEmpty ? [("", self)] : stages.enumerated().map { ("stages.\($0)", $1.recipe) }
        return all.compactMap { place, recipe in
            guard recipe.optimizer.learningRate.pairs != nil else { return nil }
            let keys = ["optimizer.learningRate", "batch"]
            let here = keys.map { place.isEmpty ? $0 : place.appending(key: $0) }
            // A stage that states neither has the run's.
            guard let key = (here + keys).first(where: { tree.value(at: $0) != nil }) else { return nil }
            return (key, "peak \(recipe.peakText) at a batch of \(recipe.batch)")
        }
    }
}

extension Node {
    /// The line on which a key stands, from 1.
    fileprivate func line(of path: String) -> Int? {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard let first = parts.first else { return nil }
        switch self {
        case .mapping(let mapping):
            guard let pair = mapping.first(where: { $0.key.string == first }) else { return nil }
            return parts.count == 1 ? pair.key.mark?.line : pair.value.line(of: parts[1])
        case .sequence(let sequence):
            guard let index = Int(first), sequence.indices.contains(index) else { return nil }
            return parts.count == 1 ? sequence[index].mark?.line : sequence[index].line(of: parts[1])
        default: return nil
        }
    }
}

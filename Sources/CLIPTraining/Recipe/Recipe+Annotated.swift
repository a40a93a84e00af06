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
            for difference in differences {
                guard let line = tree.line(of: difference.key), lines.indices.contains(line - 1) else {
                    continue
                }
                lines[line - 1] += "  # \(difference.preset ?? "default"): \(difference.standard)"
            }
            return lines.joined(separator: "\n")
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

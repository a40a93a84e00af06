import Yams

/// Where captions come from, each under a name, in order of preference.
public struct CaptionSources: Equatable, Sendable {
    /// One source.
    public struct Entry: Equatable, Sendable {
        /// Where its texts lie.
        public enum Origin: Equatable, Sendable {
            /// In a field of the sample, such as `txt`.
            case field(String)
            /// In files beside the data.
            case file(CaptionSideFile)
        }

        /// What rules and reports call it.
        public var name: String
        /// Where its texts lie.
        public var origin: Origin

        /// Makes an entry.
        public init(_ name: String, _ origin: Origin) {
            self.name = name
            self.origin = origin
        }
    }

    /// The sources.
    public var entries: [Entry]

    /// Makes a list of sources.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }
}

extension CaptionSources: RecipeValue {
    static var expectation: String { "a mapping of names to a field such as `txt`, or to a side file" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> CaptionSources? {
        guard case .mapping(let mapping) = node else {
            decoder.wrongType(node, expected: expectation, at: path)
            return nil
        }
        var entries: [Entry?] = []
        for (keyNode, value) in mapping {
            let name = keyNode.scalar?.string ?? ""
            let place = path.appending(key: name)
            decoder.note(value.isNull ? keyNode : value, at: place)
            if case .mapping = value {
                entries.append(
                    CaptionSideFile.decode(value, at: place, decoder).map { Entry(name, .file($0)) }
                )
            } else if case .scalar = value, !value.isNull {
                entries.append(String.decode(value, at: place, decoder).map { Entry(name, .field($0)) })
            } else {
                decoder.wrongType(
                    value,
                    expected: "a field such as `txt`, or a mapping with `file`",
                    at: place
                )
                entries.append(nil)
            }
        }
        return entries.contains { $0 == nil } ? nil : CaptionSources(entries.compactMap(\.self))
    }

    var node: Node {
        let pairs = entries.map { entry -> (Node, Node) in
            switch entry.origin {
            case .field(let field): (Node.text(entry.name), Node.text(field))
            case .file(let file): (Node.text(entry.name), file.node)
            }
        }
        return .mapping(Node.Mapping(pairs, .implicit, .block))
    }

    func problems(at path: String) -> [RecipeProblem] {
        func invalid(_ found: String, _ expected: String, _ path: String) -> RecipeProblem {
            RecipeProblem(.invalidValue(found: found, expected: expected), path: path)
        }
        if entries.isEmpty { return [invalid("empty", "a mapping of one source or more", path)] }
        var problems: [RecipeProblem] = []
        var fields: Set<String> = []
        for entry in entries {
            let place = path.appending(key: entry.name)
            if !Self.isName(entry.name) {
                problems.append(
                    invalid("named `\(entry.name)`", "named with letters, digits, `_` and `-`", place)
                )
            }
            switch entry.origin {
            case .file(let file): problems += file.problems(at: place)
            case .field(let field):
                if field.isEmpty { problems.append(invalid("empty", "a field such as `txt`", place)) }
                if !fields.insert(field).inserted {
                    problems.append(invalid("`\(field)`", "another field than the other sources", place))
                }
            }
        }
        return problems
    }

    func warnings(at path: String) -> [RecipeWarning] {
        entries.flatMap { entry -> [RecipeWarning] in
            guard case .file(let file) = entry.origin else { return [] }
            return file.warnings(at: path.appending(key: entry.name))
        }
    }

    static func reference(at path: String) -> [RecipeKey] {
        CaptionSideFile.reference(at: path.appending(key: "N"))
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    }
}

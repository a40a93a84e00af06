import Yams

/// Factors on the learning rate by patterns of parameter names, in the order written.
public struct RateMultipliers: Equatable, Sendable, ExpressibleByDictionaryLiteral {
    /// One pattern and its factor.
    public struct Entry: Equatable, Sendable {
        /// A name in which `*` stands for any characters and `?` for one.
        public var pattern: String
        /// What the learning rate is multiplied by.
        public var factor: Double

        /// Makes an entry.
        public init(pattern: String, factor: Double) {
            self.pattern = pattern
            self.factor = factor
        }
    }

    /// The entries; the first that matches a name counts.
    public var entries: [Entry]

    /// Makes a list of entries.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// Makes a list of entries in the order of the literal.
    public init(dictionaryLiteral elements: (String, Double)...) {
        self.init(elements.map { Entry(pattern: $0.0, factor: $0.1) })
    }
}

extension RateMultipliers: RecipeValue {
    static var expectation: String { "a mapping of name patterns to numbers" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> RateMultipliers? {
        guard case .mapping(let mapping) = node else {
            decoder.wrongType(node, expected: expectation, at: path)
            return nil
        }
        var entries: [Entry] = []
        for (keyNode, value) in mapping {
            guard let pattern = keyNode.scalar?.string, !pattern.isEmpty else {
                decoder.wrongType(keyNode, expected: "a pattern such as `visual.*`", at: path)
                return nil
            }
            let place = path.appending(key: pattern)
            decoder.note(value, at: place)
            guard let factor = Double.decode(value, at: place, decoder) else { return nil }
            entries.append(Entry(pattern: pattern, factor: factor))
        }
        return RateMultipliers(entries)
    }

    var node: Node {
        .mapping(Node.Mapping(entries.map { (.text($0.pattern), $0.factor.node) }, .implicit, .flow))
    }

    func problems(at path: String) -> [RecipeProblem] {
        entries.filter { $0.factor < 0 }.map {
            let kind = RecipeProblem.Kind.invalidValue(found: $0.factor.text, expected: "0.0 or more")
            return RecipeProblem(kind, path: path.appending(key: $0.pattern))
        }
    }
}

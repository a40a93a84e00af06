import Yams

/// Shard paths, brace patterns or globs; a recipe gives one or a list.
public struct Shards: Equatable, Sendable, ExpressibleByArrayLiteral {
    /// The patterns, in order.
    public var patterns: [String]

    /// Makes a list of patterns.
    public init(_ patterns: [String] = []) {
        self.patterns = patterns
    }

    /// Makes a list of patterns.
    public init(arrayLiteral patterns: String...) {
        self.patterns = patterns
    }
}

extension Shards: RecipeValue {
    static var expectation: String { "text, or a list of texts" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Shards? {
        if case .sequence = node { return [String].decode(node, at: path, decoder).map(Shards.init) }
        if case .scalar = node, !node.isNull {
            return String.decode(node, at: path, decoder).map { Shards([$0]) }
        }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node { patterns.count == 1 ? patterns[0].node : patterns.node }

    func problems(at path: String) -> [RecipeProblem] {
        guard patterns.isEmpty || patterns.contains("") else { return [] }
        let expected = "the path of one shard or more"
        return [RecipeProblem(.invalidValue(found: text, expected: expected), path: path)]
    }
}

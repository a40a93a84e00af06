import Yams

/// Texts that a recipe writes as one text or as a list.
public struct OneOrMore: Equatable, Sendable, ExpressibleByArrayLiteral {
    /// The texts, in order.
    public var texts: [String]

    /// Makes a list.
    public init(_ texts: [String]) {
        self.texts = texts
    }

    /// Makes a list.
    public init(arrayLiteral texts: String...) {
        self.texts = texts
    }
}

extension OneOrMore: RecipeValue {
    static var expectation: String { "text, or a list of texts" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> OneOrMore? {
        switch node {
        case .sequence: return [String].decode(node, at: path, decoder).map { OneOrMore($0) }
        case .scalar where !node.isNull: return String.decode(node, at: path, decoder).map { [$0] }
        default:
            decoder.wrongType(node, expected: expectation, at: path)
            return nil
        }
    }

    var node: Node { texts.count == 1 ? texts[0].node : texts.node }

    func problems(at path: String) -> [RecipeProblem] {
        guard texts.isEmpty || texts.contains("") else { return [] }
        return [
            RecipeProblem(.invalidValue(found: text, expected: "one text or more, none empty"), path: path)
        ]
    }
}

import CLIPData
import Yams

/// A value that a recipe can hold: read from a YAML node, written back as one.
protocol RecipeValue: Equatable, Sendable {
    /// What a person may write here, such as `a number`.
    static var expectation: String { get }

    /// The value of a node, or nil after reporting why there is none.
    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Self?

    /// The node that decodes to this value.
    var node: Node { get }

    /// Values inside this one that break a rule.
    func problems(at path: String) -> [RecipeProblem]

    /// Settings inside this one that have no effect.
    func warnings(at path: String) -> [RecipeWarning]

    /// The key paths inside a value of this type; empty for a leaf.
    static func reference(at path: String) -> [RecipeKey]
}

extension RecipeValue {
    func problems(at path: String) -> [RecipeProblem] { [] }
    func warnings(at path: String) -> [RecipeWarning] { [] }
    static func reference(at path: String) -> [RecipeKey] { [] }

    /// The value as a person writes it, in one line.
    var text: String { node.inlineText }
}

/// A value written as one piece of text, such as `10 minutes` or `cuda:1`.
protocol RecipeText: RecipeValue {
    init?(recipeText: String)
    var recipeText: String { get }
}

extension RecipeText {
    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Self? {
        if case .scalar(let scalar) = node, !node.isNull, let value = Self(recipeText: scalar.string) {
            return value
        }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node { .text(recipeText) }
}

/// A choice among named values.
protocol RecipeChoice: RecipeValue, RawRepresentable<String>, CaseIterable {
    /// Other names that may be written, as flags of the tool take them.
    static var otherNames: [String: Self] { get }
}

extension RecipeChoice {
    static var otherNames: [String: Self] { [:] }

    static var expectation: String {
        allCases.map { "`\($0.rawValue)`" }.joined(separator: " or ")
    }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Self? {
        choice(node, at: path, decoder)
    }

    /// The case of a name.
    static func choice(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Self? {
        if case .scalar(let scalar) = node,
            let value = Self(rawValue: scalar.string) ?? otherNames[scalar.string]
        {
            return value
        }
        var expected = expectation
        if case .scalar(let scalar) = node,
            let near = Spelling.nearest(to: scalar.string, among: allCases.map(\.rawValue)),
            allCases.count > 1
        {
            expected += " (did you mean `\(near)`?)"
        }
        decoder.wrongType(node, expected: expected, at: path)
        return nil
    }

    var node: Node { .text(rawValue) }
}

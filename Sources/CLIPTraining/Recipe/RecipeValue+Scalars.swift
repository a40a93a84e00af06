import Yams

/// A number or truth value, written without quotes.
///
/// Parsed here and not by YAML's resolver, which takes `1e-3` for a string and `0o7` for a number.
protocol RecipeLiteral: RecipeValue, CustomStringConvertible {
    init?(literal: String)
}

extension RecipeLiteral {
    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Self? {
        if let value = node.plainText.flatMap(Self.init(literal:)) { return value }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node { .plain(description) }
}

extension Double: RecipeLiteral {
    static var expectation: String { "a number" }

    init?(literal: String) {
        guard let value = Double(literal), value.isFinite else { return nil }
        self = value
    }
}

extension Int: RecipeLiteral {
    static var expectation: String { "a whole number" }

    init?(literal: String) {
        let digits = literal.replacing("_", with: "")
        guard let value = Int(digits) ?? Double(digits).flatMap({ Int(exactly: $0) }) else { return nil }
        self = value
    }
}

extension UInt64: RecipeLiteral {
    static var expectation: String { "a whole number, zero or more" }

    init?(literal: String) { self.init(literal.replacing("_", with: "")) }
}

extension Bool: RecipeLiteral {
    static var expectation: String { "`true` or `false`" }

    init?(literal: String) { self.init(literal) }
}

extension String: RecipeValue {
    static var expectation: String { "text" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> String? {
        // A number in place of text is mostly a mistake; quotes say that it is meant.
        if case .scalar(let scalar) = node, !node.isNull, !node.isPlainNumberOrBool { return scalar.string }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node { .text(self) }
}

import Yams

// Numbers are parsed here and not by YAML's resolver, which takes `1e-3` for a string and `0o7` for a number.

extension Double: RecipeValue {
    static var expectation: String { "a number" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Double? {
        if let text = node.plainText, let value = Double(text), value.isFinite { return value }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node { .plain(description) }
}

extension Int: RecipeValue {
    static var expectation: String { "a whole number" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Int? {
        if let text = node.plainText {
            let digits = text.replacing("_", with: "")
            if let value = Int(digits) { return value }
            if let value = Double(digits), let whole = Int(exactly: value) { return whole }
        }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node { .plain(description) }
}

extension UInt64: RecipeValue {
    static var expectation: String { "a whole number, zero or more" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> UInt64? {
        if let text = node.plainText, let value = UInt64(text.replacing("_", with: "")) { return value }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node { .plain(description) }
}

extension Bool: RecipeValue {
    static var expectation: String { "`true` or `false`" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Bool? {
        if let text = node.plainText, let value = Bool(text) { return value }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node { .plain(description) }
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

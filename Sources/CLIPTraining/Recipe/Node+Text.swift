import Yams

extension Node {
    /// A number, a truth value or null, written without quotes.
    static func plain(_ text: String) -> Node {
        .scalar(Node.Scalar(text, .implicit, .plain))
    }

    /// Text, quoted where YAML or the recipe reader would take it for something else.
    static func text(_ text: String) -> Node {
        let plain = Node.plain(text)
        let isSafe = !text.isEmpty && !plain.isNull && !plain.isPlainNumberOrBool
        return .scalar(Node.Scalar(text, .implicit, isSafe ? .any : .singleQuoted))
    }

    /// YAML's null.
    static var null: Node { .plain("null") }

    /// The text of a scalar that was written without quotes.
    var plainText: String? {
        guard case .scalar(let scalar) = self, scalar.style == .plain || scalar.style == .any else {
            return nil
        }
        return scalar.string
    }

    /// Whether this is an empty value, `~` or `null` without quotes.
    var isNull: Bool {
        guard let plainText else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(plainText)
    }

    /// Whether this is a number, `true` or `false` without quotes.
    var isPlainNumberOrBool: Bool {
        guard let plainText else { return false }
        return Double(plainText) != nil || Bool(plainText) != nil
    }

    /// The node in one line, as a person would write it.
    var inlineText: String {
        switch self {
        case .scalar(let scalar):
            scalar.style == .singleQuoted || scalar.style == .doubleQuoted
                ? "'\(scalar.string)'" : scalar.string
        case .sequence(let sequence):
            "[" + sequence.map(\.inlineText).joined(separator: ", ") + "]"
        case .mapping(let mapping):
            "{"
                + mapping.map { "\($0.key.inlineText): \($0.value.inlineText)" }
                .joined(separator: ", ") + "}"
        case .alias: "an alias"
        }
    }

    /// What the node is, in words, for `found …`.
    var foundText: String {
        switch self {
        case .scalar(let scalar):
            if isNull { return "nothing" }
            let shown = scalar.string.count > 60 ? scalar.string.prefix(60) + "…" : scalar.string[...]
            if let plainText, Double(plainText) != nil { return "the number \(shown)" }
            if let plainText, Bool(plainText) != nil { return "the truth value \(shown)" }
            return "the text '\(shown)'"
        case .sequence(let sequence): return "a list of \(sequence.count)"
        case .mapping(let mapping): return "a mapping of \(mapping.count) keys"
        case .alias: return "an alias"
        }
    }
}

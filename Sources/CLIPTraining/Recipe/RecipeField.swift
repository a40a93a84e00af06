import Yams

/// One setting of a section: its key, meaning and rule beside the property that holds it and its default.
struct RecipeField<Section> {
    var key: String
    var meaning: String
    /// What other tools call it; only for suggestions.
    var aliases: [String]
    var isRequired: Bool
    /// Whether the setting may be absent.
    var isOptional: Bool
    var expectation: String
    /// What a value of the right type has to satisfy.
    var rule: String?
    var defaultText: (Section) -> String
    var decode: (Node, String, inout Section, RecipeDecoder) -> Void
    var encode: (Section) -> Node
    var problems: (Section, String) -> [RecipeProblem]
    var warnings: (Section, String) -> [RecipeWarning]
    var reference: (String) -> [RecipeKey]

    /// A setting that always has a value.
    init<Value: RecipeValue>(
        _ key: String,
        _ property: WritableKeyPath<Section, Value>,
        _ meaning: String,
        _ check: RecipeCheck<Value>? = nil,
        required: Bool = false,
        aliases: [String] = []
    ) {
        self.key = key
        self.meaning = meaning
        self.aliases = aliases
        isRequired = required
        isOptional = false
        expectation = Value.expectation
        rule = check?.rule
        defaultText = { $0[keyPath: property].text }
        decode = { node, path, section, decoder in
            if let value = Value.decode(node, at: path, decoder) { section[keyPath: property] = value }
        }
        encode = { $0[keyPath: property].node }
        problems = { section, path in
            let value = section[keyPath: property]
            return Self.breach(of: check, by: value, at: path) + value.problems(at: path)
        }
        warnings = { $0[keyPath: property].warnings(at: $1) }
        reference = { Value.reference(at: $0) }
    }

    /// A setting that may be absent (`null`).
    init<Value: RecipeValue>(
        _ key: String,
        _ property: WritableKeyPath<Section, Value?>,
        _ meaning: String,
        _ check: RecipeCheck<Value>? = nil,
        aliases: [String] = []
    ) {
        self.key = key
        self.meaning = meaning
        self.aliases = aliases
        isRequired = false
        isOptional = true
        expectation = "\(Value.expectation), or `null`"
        rule = check?.rule
        defaultText = { $0[keyPath: property]?.text ?? "null" }
        decode = { node, path, section, decoder in
            if node.isNull {
                section[keyPath: property] = nil
            } else if let value = Value.decode(node, at: path, decoder) {
                section[keyPath: property] = value
            }
        }
        encode = { $0[keyPath: property]?.node ?? .null }
        problems = { section, path in
            guard let value = section[keyPath: property] else { return [] }
            return Self.breach(of: check, by: value, at: path) + value.problems(at: path)
        }
        warnings = { $0[keyPath: property]?.warnings(at: $1) ?? [] }
        reference = { path in
            Value.reference(at: path).map { key in
                var key = key
                key.isInOptionalSection = true
                return key
            }
        }
    }

    private static func breach<Value: RecipeValue>(
        of check: RecipeCheck<Value>?,
        by value: Value,
        at path: String
    ) -> [RecipeProblem] {
        guard let check, !check.holds(value) else { return [] }
        return [RecipeProblem(.invalidValue(found: value.text, expected: check.rule), path: path)]
    }
}

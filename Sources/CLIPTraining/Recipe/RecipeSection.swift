import CLIPData
import Yams

/// A group of settings, declared as a list of fields.
protocol RecipeSection: RecipeValue {
    /// Every setting at its default.
    init()
    /// The settings, in the order in which a recipe shows them.
    static var fields: [RecipeField<Self>] { get }
    /// Values that are valid alone and not together.
    func conflicts(at path: String) -> [RecipeProblem]
    /// Settings that have no effect beside the others.
    func ignored(at path: String) -> [RecipeWarning]
    /// Reads keys that are not among ``fields``, once these are read, and returns those that nobody knows.
    mutating func decodeRest(
        _ rest: [(key: Node, value: Node)],
        at path: String,
        _ decoder: RecipeDecoder
    ) -> [(key: Node, value: Node)]
    /// The keys that are not among ``fields``, with their values.
    var restNodes: [(Node, Node)] { get }
    /// Whether a key without a default may be left out beside others.
    static func isSpared(_ key: String, by given: Set<String>) -> Bool
}

extension RecipeSection {
    func conflicts(at path: String) -> [RecipeProblem] { [] }
    func ignored(at path: String) -> [RecipeWarning] { [] }
    mutating func decodeRest(
        _ rest: [(key: Node, value: Node)],
        at path: String,
        _ decoder: RecipeDecoder
    ) -> [(key: Node, value: Node)] { rest }
    var restNodes: [(Node, Node)] { [] }
    static func isSpared(_ key: String, by given: Set<String>) -> Bool { false }

    static var expectation: String { "a mapping of \(fields.map(\.key).joined(separator: ", "))" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Self? {
        // A section whose lines are all commented out is an empty one.
        if node.isNull { return decode([:], at: path, decoder) }
        guard case .mapping(let mapping) = node else {
            decoder.wrongType(node, expected: expectation, at: path)
            return nil
        }
        return decode(mapping, at: path, decoder)
    }

    private static func decode(_ mapping: Node.Mapping, at path: String, _ decoder: RecipeDecoder) -> Self {
        var section = Self()
        var given: Set<String> = []
        var rest: [(key: Node, value: Node)] = []
        for (keyNode, value) in mapping {
            let key = keyNode.scalar?.string ?? keyNode.inlineText
            let place = path.appending(key: key)
            guard let field = fields.first(where: { $0.key == key }) else {
                rest.append((keyNode, value))
                continue
            }
            given.insert(key)
            // An empty value has a place after the key's line end; the key's own place reads better.
            decoder.note(value.isNull ? keyNode : value, at: place)
            field.decode(value, place, &section, decoder)
        }
        for (keyNode, _) in section.decodeRest(rest, at: path, decoder) {
            let key = keyNode.scalar?.string ?? keyNode.inlineText
            decoder.note(keyNode, at: path.appending(key: key))
            decoder.report(unknown(key, at: path), at: path.appending(key: key))
        }
        for field in fields
        where field.isRequired && !given.contains(field.key) && !isSpared(field.key, by: given) {
            decoder.report(.missing(expected: field.expectation), at: path.appending(key: field.key))
        }
        for field in fields where !field.isRequired && !given.contains(field.key) {
            // A section left out still has to say what it needs.
            let place = path.appending(key: field.key)
            let needed = field.reference(place).filter {
                $0.isRequired && !$0.isInOptionalSection && !$0.path.contains(".N.")
            }
            for key in needed where !field.isOptional {
                decoder.report(.missing(expected: key.expectation), at: key.path)
            }
        }
        return section
    }

    private static func unknown(_ key: String, at path: String) -> RecipeProblem.Kind {
        let keys = fields.map(\.key)
        let known = fields.first { $0.aliases.contains(key) || Spelling.isSame($0.key, key) }?.key
        let here = (known ?? Spelling.nearest(to: key, among: keys)).map { path.appending(key: $0) }
        // The very word in another section is more likely meant than a similar one in this.
        let elsewhere = known == nil ? Recipe.sameKeyElsewhere(as: key) : nil
        let nearest = elsewhere ?? here ?? Recipe.nearestKeyElsewhere(to: key)
        return .unknownKey(nearest: nearest, valid: keys)
    }

    var node: Node {
        let defined = Self.fields.map { (Node.text($0.key), $0.encode(self)) }
        return .mapping(Node.Mapping(defined + restNodes, .implicit, .block))
    }

    func problems(at path: String) -> [RecipeProblem] { plainProblems(at: path) }

    func warnings(at path: String) -> [RecipeWarning] { plainWarnings(at: path) }

    /// What is wrong with the fields, each alone and together.
    func plainProblems(at path: String) -> [RecipeProblem] {
        Self.fields.flatMap { $0.problems(self, path.appending(key: $0.key)) } + conflicts(at: path)
    }

    /// Fields without effect.
    func plainWarnings(at path: String) -> [RecipeWarning] {
        Self.fields.flatMap { $0.warnings(self, path.appending(key: $0.key)) } + ignored(at: path)
    }

    static func reference(at path: String) -> [RecipeKey] {
        fields.flatMap { field in
            let place = path.appending(key: field.key)
            let inner = field.reference(place)
            let own = RecipeKey(
                path: place,
                expectation: field.expectation,
                rule: field.rule,
                defaultText: field.isRequired ? nil : field.defaultText(Self()),
                meaning: field.meaning,
                aliases: field.aliases,
                isSection: !inner.isEmpty
            )
            return [own] + inner
        }
    }
}

extension String {
    /// The path of a key inside the section at this path.
    func appending(key: String) -> String { isEmpty ? key : "\(self).\(key)" }
}

import Yams

extension Node {
    /// What an empty value above a mapping does.
    enum NullRule {
        /// The mapping stays: a section whose lines are all commented out says nothing.
        case keepsMapping
        /// A written `null` takes the mapping's place; a section without lines still says nothing.
        case replacesMapping
    }

    /// The other's values where it has any, key by key, and this one's elsewhere.
    ///
    /// - Parameter whole: Keys whose mappings are values: one replaces the other.
    func overlaid(with other: Node, _ rule: NullRule = .keepsMapping, whole: Set<String> = []) -> Node {
        guard case .mapping(let below) = self, case .mapping(var above) = other else {
            let saysNothing = rule == .keepsMapping ? other.isNull : other.plainText?.isEmpty == true
            return saysNothing && mapping != nil ? self : other
        }
        for (key, value) in below {
            guard let own = above[key], !whole.contains(key.string ?? "") || own.mapping == nil else {
                if above[key] == nil { above[key] = value }
                continue
            }
            above[key] = value.overlaid(with: own, rule, whole: whole)
        }
        return .mapping(above)
    }

    /// The same values without places, which are those of a recipe's file only.
    var withoutMarks: Node {
        switch self {
        case .scalar(let scalar): .scalar(Scalar(scalar.string, scalar.tag, scalar.style))
        case .mapping(let mapping):
            .mapping(
                Mapping(
                    mapping.map { ($0.key.withoutMarks, $0.value.withoutMarks) },
                    mapping.tag,
                    mapping.style
                )
            )
        case .sequence(let sequence):
            .sequence(Sequence(sequence.map(\.withoutMarks), sequence.tag, sequence.style))
        case .alias: self
        }
    }

    /// The values that differ from another tree's; nil where none does.
    ///
    /// - Parameter whole: Keys whose values are given whole or not at all.
    func difference(from other: Node, whole: Set<String> = []) -> Node? {
        guard self != other else { return nil }
        guard case .mapping(let own) = self, case .mapping(let theirs) = other else { return self }
        let pairs = own.compactMap { key, value -> (Node, Node)? in
            guard let old = theirs[key], !whole.contains(key.string ?? "") else {
                return theirs[key] == value ? nil : (key, value)
            }
            return value.difference(from: old, whole: whole).map { (key, $0) }
        }
        return .mapping(Mapping(pairs, .implicit, own.style))
    }

    /// The keys and values of a mapping; none of anything else.
    var pairs: [(Node, Node)] { mapping.map { $0.map { ($0.key, $0.value) } } ?? [] }

    /// The mapping without some of its keys.
    func removing(_ keys: Set<String>) -> Node {
        guard case .mapping(let mapping) = self else { return self }
        return .mapping(
            Mapping(
                mapping.filter { !keys.contains($0.key.string ?? "") }.map { ($0.key, $0.value) },
                mapping.tag,
                mapping.style,
                mapping.mark
            )
        )
    }

    /// The tree without the value at a path of keys; `*` stands for every key of a mapping.
    func removing(path: some StringProtocol) -> Node {
        let keys = path.split(separator: ".", maxSplits: 1)
        guard let first = keys.first, case .mapping(var mapping) = self else { return self }
        guard keys.count > 1 else { return removing([String(first)]) }
        for key in first == "*" ? Array(mapping.keys) : [.text(String(first))] {
            mapping[key] = mapping[key]?.removing(path: keys[1])
        }
        return .mapping(mapping)
    }

    /// The value at a path of keys and places, such as `data.captions.fields.0`.
    func value(at path: some StringProtocol) -> Node? {
        path.split(separator: ".").reduce(Optional(self)) { node, key in
            switch node {
            case .mapping(let mapping): mapping[.text(String(key))]
            case .sequence(let sequence):
                Int(key).flatMap { sequence.indices.contains($0) ? sequence[$0] : nil }
            default: nil
            }
        }
    }
}

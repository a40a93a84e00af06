import Yams

/// A `key.path=value` of the command line, to be laid over a recipe file.
struct RecipeOverride {
    var text: String
    var keys: [String]
    var value: Node

    var path: String { keys.joined(separator: ".") }

    init(_ text: String) throws(RecipeProblem) {
        self.text = text
        func unreadable(_ reason: String) -> RecipeProblem {
            RecipeProblem(.unreadable(reason: reason), path: text, location: .override(text))
        }
        guard let sign = text.firstIndex(of: "=") else {
            throw unreadable("write key=value, such as optimizer.learningRate=1e-3.")
        }
        keys = text[..<sign].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !keys.contains("") else { throw unreadable("a part of the key before `=` is empty.") }
        do {
            value = try Yams.compose(yaml: String(text[text.index(after: sign)...])) ?? .null
        } catch {
            throw unreadable("the value is not YAML (\(error)); put it in quotes.")
        }
    }

    /// The tree with the value in its place.
    func applied(to root: Node) throws(RecipeProblem) -> Node {
        try place(value, under: keys[...], in: root)
    }

    private func place(
        _ value: Node,
        under keys: ArraySlice<String>,
        in node: Node
    ) throws(RecipeProblem) -> Node {
        guard let key = keys.first else { return value }
        let rest = keys.dropFirst()
        switch node {
        case .mapping(var mapping):
            mapping[.text(key)] = try place(value, under: rest, in: mapping[.text(key)] ?? .null)
            return .mapping(mapping)
        case .sequence(var sequence):
            guard let index = Int(key), sequence.indices.contains(index) else {
                let found = "`\(key)`", count = sequence.count
                throw problem(.invalidValue(found: found, expected: "a place in a list of \(count), from 0"))
            }
            sequence[index] = try place(value, under: rest, in: sequence[index])
            return .sequence(sequence)
        case _ where node.isNull && Int(key) != nil:
            throw problem(.conflict(reason: "the recipe has no list there, so it has no entry \(key)."))
        case _ where node.isNull:
            let inner = try place(value, under: rest, in: .null)
            return .mapping(Node.Mapping([(.text(key), inner)]))
        default:
            throw problem(.wrongType(found: node.foundText, expected: "a mapping that holds `\(key)`"))
        }
    }

    private func problem(_ kind: RecipeProblem.Kind) -> RecipeProblem {
        RecipeProblem(kind, path: path, location: .override(text))
    }
}

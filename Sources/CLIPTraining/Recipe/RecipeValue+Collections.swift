import Yams

extension Array: RecipeValue where Element: RecipeValue {
    static var expectation: String { "a list, each entry \(Element.expectation)" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> [Element]? {
        guard case .sequence(let sequence) = node else {
            decoder.wrongType(node, expected: expectation, at: path)
            return nil
        }
        let values = sequence.enumerated().map { index, entry in
            let place = "\(path).\(index)"
            decoder.note(entry, at: place)
            return Element.decode(entry, at: place, decoder)
        }
        return values.contains { $0 == nil } ? nil : values.compactMap(\.self)
    }

    var node: Node {
        // Lists of plain values stay on one line, as a person would write them.
        let nodes = map(\.node)
        let isFlat = nodes.allSatisfy { if case .scalar = $0 { true } else { false } }
        return .sequence(Node.Sequence(nodes, .implicit, isFlat ? .flow : .block))
    }

    func problems(at path: String) -> [RecipeProblem] {
        enumerated().flatMap { $1.problems(at: "\(path).\($0)") }
    }

    func warnings(at path: String) -> [RecipeWarning] {
        enumerated().flatMap { $1.warnings(at: "\(path).\($0)") }
    }

    static func reference(at path: String) -> [RecipeKey] {
        Element.reference(at: "\(path).N")
    }
}

extension ClosedRange: RecipeValue where Bound == Double {
    static var expectation: String { "a list of two numbers, the smaller first" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> ClosedRange<Double>? {
        if case .sequence(let sequence) = node, sequence.count == 2 {
            let bounds = sequence.compactMap { $0.plainText.flatMap(Double.init) }
            if bounds.count == 2, bounds[0] <= bounds[1] { return bounds[0]...bounds[1] }
        }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node { [lowerBound, upperBound].node }
}

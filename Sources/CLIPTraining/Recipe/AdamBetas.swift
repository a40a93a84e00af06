import Yams

/// Decay rates of Adam's two moments.
public struct AdamBetas: Equatable, Sendable {
    /// Decay rate of the mean of gradients.
    public var first: Double
    /// Decay rate of the mean of squared gradients.
    public var second: Double

    /// Makes a pair of rates.
    public init(first: Double, second: Double) {
        self.first = first
        self.second = second
    }
}

extension AdamBetas: RecipeValue {
    static var expectation: String { "a list of two numbers" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> AdamBetas? {
        if case .sequence(let sequence) = node, sequence.count == 2 {
            let rates = sequence.compactMap { $0.plainText.flatMap(Double.init) }
            if rates.count == 2 { return AdamBetas(first: rates[0], second: rates[1]) }
        }
        decoder.wrongType(node, expected: expectation, at: path)
        return nil
    }

    var node: Node { [first, second].node }
}

import CLIPData
import Yams

/// How one of the captions that a sample has is chosen.
public enum CaptionRule: Equatable, Sendable {
    /// One source's part of a mix.
    public struct Share: Equatable, Sendable {
        /// The source's name.
        public var source: String
        /// The probability with which it is drawn.
        public var share: Double

        /// Makes a share.
        public init(_ source: String, _ share: Double) {
            self.source = source
            self.share = share
        }
    }

    /// The first in the order of the sources.
    case first
    /// Each text with the same probability, drawn anew at each visit.
    case uniform
    /// With probabilities in proportion to `weights`, drawn anew at each visit.
    case weighted
    /// A source by its share, whatever the sample has; another stands in for what is missing.
    case mix([Share])

    /// The rule's name alone.
    var name: String {
        switch self {
        case .first: "first"
        case .uniform: "uniform"
        case .weighted: "weighted"
        case .mix: "mix"
        }
    }
}

extension CaptionRule: RecipeText {
    static var expectation: String { "`first` or `uniform` or `weighted` or `mix(NAME=SHARE, …)`" }

    init?(recipeText: String) {
        let text = recipeText.filter { !$0.isWhitespace }
        switch text {
        case "first": self = .first
        case "uniform": self = .uniform
        case "weighted": self = .weighted
        default:
            guard text.hasPrefix("mix("), text.hasSuffix(")") else { return nil }
            var shares: [Share] = []
            for part in text.dropFirst(4).dropLast().split(separator: ",", omittingEmptySubsequences: false) {
                // A field such as `json:caption` has a colon of its own.
                guard let sign = part.lastIndex(where: { $0 == "=" || $0 == ":" }), sign > part.startIndex,
                    let share = Double(literal: String(part[part.index(after: sign)...]))
                else { return nil }
                shares.append(Share(String(part[..<sign]), share))
            }
            self = .mix(shares)
        }
    }

    var recipeText: String {
        guard case .mix(let shares) = self else { return name }
        return "mix(" + shares.map { "\($0.source)=\($0.share)" }.joined(separator: ", ") + ")"
    }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> CaptionRule? {
        var expected = expectation
        if case .scalar(let scalar) = node, !node.isNull {
            if let rule = CaptionRule(recipeText: scalar.string) { return rule }
            if let near = Spelling.nearest(to: scalar.string, among: ["first", "uniform", "weighted"]) {
                expected += " (did you mean `\(near)`?)"
            }
        }
        decoder.wrongType(node, expected: expected, at: path)
        return nil
    }

    func problems(at path: String) -> [RecipeProblem] {
        guard case .mix(let shares) = self else { return [] }
        let sum = shares.reduce(0) { $0 + $1.share }
        guard shares.contains(where: { $0.share < 0 }) || abs(sum - 1) >= 0.005 else { return [] }
        let expected = "shares of 0 or more that add up to 1"
        return [RecipeProblem(.invalidValue(found: "`\(recipeText)`", expected: expected), path: path)]
    }
}

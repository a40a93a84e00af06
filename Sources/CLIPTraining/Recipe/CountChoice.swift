import Yams

/// A number of threads or pairs, or one that is chosen for the machine.
public enum CountChoice: Equatable, Sendable, ExpressibleByIntegerLiteral {
    /// As many threads as the machine has cores, or as many pairs as fit its memory.
    case automatic
    /// Exactly so many.
    case exactly(Int)

    /// Exactly so many.
    public init(integerLiteral count: Int) { self = .exactly(count) }

    /// The number; nil where it is still to be chosen.
    public var count: Int? { if case .exactly(let count) = self { count } else { nil } }

    /// The number, given what automatic stands for.
    public func count(automatic: Int) -> Int {
        switch self {
        case .automatic: automatic
        case .exactly(let count): count
        }
    }
}

extension CountChoice: RecipeText {
    static var expectation: String { "a whole number, or `auto`" }

    init?(recipeText text: String) {
        if text == "auto" {
            self = .automatic
        } else if let count = Int(literal: text) {
            self = .exactly(count)
        } else {
            return nil
        }
    }

    var recipeText: String {
        switch self {
        case .automatic: "auto"
        case .exactly(let count): "\(count)"
        }
    }

    var node: Node { .plain(recipeText) }
}

extension RecipeCheck where Value == CountChoice {
    static var threadCount: Self {
        Self(rule: "between 1 and 1024, or `auto`") { (1...1024).contains($0.count(automatic: 1)) }
    }

    static var positive: Self { Self(rule: "1 or more, or `auto`") { $0.count(automatic: 1) >= 1 } }
}

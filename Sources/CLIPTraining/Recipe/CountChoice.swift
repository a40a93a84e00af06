import Yams

/// A number of threads, or the machine's own choice.
public enum CountChoice: Equatable, Sendable {
    /// As many as the machine has cores.
    case automatic
    /// Exactly so many.
    case exactly(Int)

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
        } else if let count = Int(text) {
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
    static var positive: Self {
        Self(rule: "between 1 and 1024, or `auto`") { (1...1024).contains($0.count(automatic: 1)) }
    }
}

extension Recipe {
    /// Which parameters are trained.
    public struct Train: Equatable, Sendable {
        /// Regular expressions; a parameter whose whole name matches one of them stays as it is.
        public var freeze: [String] = []

        /// Trains everything.
        public init() {}
    }
}

extension Recipe.Train: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "freeze",
                \.freeze,
                "Regular expressions, such as `['visual\\..*']`: parameters whose whole names match stay as they are. "
                    + "Towers without trained parameters record nothing and cost no backward pass.",
                aliases: ["frozen", "lock", "lock_image", "lock_text"]
            )
        ]
    }

    func conflicts(at path: String) -> [RecipeProblem] {
        freeze.enumerated().compactMap { number, text in
            (try? Regex(text)) == nil ? Self.notAnExpression(text, at: "\(path).freeze.\(number)") : nil
        }
    }

    static func notAnExpression(_ text: String, at path: String) -> RecipeProblem {
        RecipeProblem(
            .invalidValue(found: "'\(text)'", expected: "a regular expression, such as 'visual\\..*'"),
            path: path
        )
    }
}

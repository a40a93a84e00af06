extension Recipe {
    /// The caption of each visit of a sample.
    public struct Captions: Equatable, Sendable {
        /// Suffixes of the captions, such as `txt`, or `json:caption` for a key inside a JSON file; nil for `txt`, or
        /// where there are `sources`.
        public var fields: [String]?
        /// Where captions come from, each under a name; nil where all are `fields`.
        public var sources: CaptionSources?
        /// How one of them is chosen.
        public var rule: CaptionRule = .uniform
        /// Weights of the sources for the rule `weighted`.
        public var weights: [Double]?
        /// Captions of each image in a batch, for the multi-text objective.
        public var perImage = 1
        /// Which texts count as missing.
        public var degenerate = Degenerate()
        /// Files of features of all captions, for a model that takes embeddings in place of text.
        public var features: OneOrMore?

        /// Makes the default: the caption in `txt`.
        public init() {}

        /// The names of the sources, in order.
        public var sourceNames: [String] { sources?.entries.map(\.name) ?? fields ?? ["txt"] }

        /// The sources that are fields of the sample; `txt` where there are none.
        public var sampleFields: [String] {
            guard let sources else { return fields ?? ["txt"] }
            let fields = sources.entries.compactMap { entry -> String? in
                guard case .field(let field) = entry.origin else { return nil }
                return field
            }
            return fields.isEmpty ? ["txt"] : fields
        }
    }

    /// Which texts are too short or too long to be a caption.
    public struct Degenerate: Equatable, Sendable {
        /// Texts with fewer words count as missing.
        public var minimumWords = 1
        /// Texts with more words count as missing; nil for no limit.
        public var maximumWords: Int?

        /// Makes the default: blank texts only.
        public init() {}
    }
}

extension Recipe.Captions: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "fields",
                \.fields,
                "Suffixes of the captions, such as `txt`, or `json:caption` for a key inside a JSON file; `null` is "
                    + "`[txt]`, unless there are `sources`.",
                .namesOnce,
                aliases: ["caption_key", "text"]
            ),
            .init(
                "sources",
                \.sources,
                "Captions by source, in place of `fields`: a name, and a field of the sample or a side file "
                    + "(see [captions](captions.md))."
            ),
            .init(
                "rule",
                \.rule,
                "Which of the captions that a sample has is taken at each visit: the `first`, or one drawn. A mix names "
                    + "each source's share."
            ),
            .init(
                "weights",
                \.weights,
                "Weights of the fields or sources for the rule `weighted`.",
                RecipeCheck(rule: "numbers above 0 and at most 1e15") { weights in
                    weights.allSatisfy { $0 > 0 && $0 <= 1e15 }
                }
            ),
            .init(
                "perImage",
                \.perImage,
                "Captions that each image has in a batch; more than one makes the multi-text loss (experimental).",
                .within(1...1024)
            ),
            .init("degenerate", \.degenerate, "Which texts count as missing."),
            .init(
                "features",
                \.features,
                "Features of all captions by a language model, which `clip embed captions` writes, for a model that takes "
                    + "embeddings of captions: a path, brace pattern or glob, or a list of them."
            ),
        ]
    }

    func conflicts(at path: String) -> [RecipeProblem] {
        func conflict(_ key: String, _ reason: String) -> RecipeProblem {
            RecipeProblem(.conflict(reason: reason), path: path.appending(key: key))
        }
        var problems: [RecipeProblem] = []
        if sources != nil, fields != nil {
            problems.append(
                conflict(
                    "fields",
                    "`sources` are given too; name these fields there, or leave `sources` out."
                )
            )
        }
        let names = sourceNames
        let kind = sources == nil ? "fields" : "sources"
        if rule == .weighted, weights?.count != names.count {
            let found = weights.map { "\($0.count) weights" } ?? "no weights"
            problems.append(
                conflict(
                    "weights",
                    "there are \(found) for \(names.count) \(kind); the rule `weighted` needs one for each."
                )
            )
        }
        if case .mix(let shares) = rule, shares.map(\.source).sorted() != names.sorted() {
            let list = names.map { "`\($0)`" }.joined(separator: ", ")
            problems.append(conflict("rule", "the mix must name each of the \(kind) once: \(list)."))
        }
        return problems
    }

    func ignored(at path: String) -> [RecipeWarning] {
        guard weights != nil, rule != .weighted else { return [] }
        let reason = "the rule is `\(rule.name)`; set `\(path).rule` to `weighted`."
        return [RecipeWarning(path: path.appending(key: "weights"), reason: reason)]
    }
}

extension Recipe.Degenerate: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "minimumWords",
                \.minimumWords,
                "Texts with fewer words count as missing; 1 leaves out blank ones.",
                .atLeast(1)
            ),
            .init("maximumWords", \.maximumWords, "Texts with more words count as missing.", .atLeast(1)),
        ]
    }

    func conflicts(at path: String) -> [RecipeProblem] {
        guard let maximumWords, maximumWords < minimumWords else { return [] }
        let reason = "it is less than `minimumWords`, \(minimumWords); no text would be left."
        return [RecipeProblem(.conflict(reason: reason), path: path.appending(key: "maximumWords"))]
    }
}

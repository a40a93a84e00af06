extension Recipe.Model {
    /// Whether a language model is trained on captions, and no model of images and texts.
    public var isLanguage: Bool { language != nil }

    /// What does not go together with a language model, or without one.
    func languageProblems(at path: String) -> [RecipeProblem] {
        func conflict(_ key: String, _ reason: String) -> RecipeProblem {
            RecipeProblem(.conflict(reason: reason), path: path.appending(key: key))
        }
        guard isLanguage else {
            guard config.isEmpty else { return [] }
            return [
                RecipeProblem(
                    .missing(expected: String.expectation),
                    path: path.appending(key: "config")
                )
            ]
        }
        guard config.isEmpty else {
            return [
                conflict(
                    "language",
                    "a model of images and texts is named too (`\(path).config`, \(config)); a run trains one of them. Leave "
                        + "the other out."
                )
            ]
        }
        return []
    }

    /// Settings of one kind of model beside the other.
    func languageWarnings(at path: String) -> [RecipeWarning] {
        let plain = Recipe.Model()
        guard isLanguage else {
            return RecipeWarning.of(
                [
                    (path.appending(key: "adapter"), adapter != plain.adapter),
                    (path.appending(key: "encoding"), encoding != plain.encoding),
                ],
                "there is no language model (`\(path).language`)."
            )
        }
        return RecipeWarning.of(
            [
                (path.appending(key: "imageSize"), imageSize != nil),
                (path.appending(key: "contextLength"), contextLength != nil),
                (path.appending(key: "positions"), positions != nil),
                (path.appending(key: "text"), text != nil),
                (path.appending(key: "embedDim"), embedDim != nil),
                (path.appending(key: "transfer"), transfer != plain.transfer),
            ],
            "a language model takes no images (`\(path).language`)."
        )
    }
}

extension Recipe {
    /// What does not go together between the loss and the kind of model.
    var languageProblems: [RecipeProblem] {
        func conflict(_ key: String, _ reason: String) -> RecipeProblem {
            RecipeProblem(.conflict(reason: reason), path: key)
        }
        let kind = objective.kind.name
        guard model.isLanguage else {
            var problems: [RecipeProblem] = []
            if lossFamily.comparesTexts {
                problems.append(
                    conflict(
                        "objective.kind",
                        "`\(kind)` compares captions with captions, and the model is one of images and texts (`model.config`); "
                            + "name a language model in `model.language`, or take another loss."
                    )
                )
            }
            if data.train.entries.contains(where: { $0.instruction != nil || $0.pairs }) {
                problems.append(
                    conflict(
                        "data.train",
                        "`instruction` and `pairs` are for language models (`model.language`); leave them out."
                    )
                )
            }
            return problems
        }
        var problems: [RecipeProblem] = []
        if !lossFamily.comparesTexts {
            problems.append(
                conflict(
                    "objective.kind",
                    "`\(kind)` compares images with texts, and a language model has no images (`model.language`); take "
                        + "`captionContrastive`, or a model of images and texts in `model.config`."
                )
            )
        }
        if microBatch == .automatic {
            problems.append(
                conflict(
                    "microBatch",
                    "what a language model takes is not estimated (`model.language`); give a number of pairs."
                )
            )
        }
        if tokens.image.mask != .none {
            problems.append(
                conflict(
                    "tokens.image.mask",
                    "a language model has no patches to leave out (`model.language`); take `none`."
                )
            )
        }
        if data.captions.perImage > 1 {
            problems.append(
                conflict(
                    "data.captions.perImage",
                    "a pair has two captions, whatever is given here; leave it out."
                )
            )
        }
        for (number, evaluation) in evaluate.enumerated() where evaluation.kind != .captions {
            problems.append(
                conflict(
                    "evaluate.\(number).kind",
                    "a language model has no images to evaluate (`model.language`); take `captions`."
                )
            )
        }
        return problems
    }

    /// Settings without effect on a language model.
    var languageWarnings: [RecipeWarning] {
        guard model.isLanguage else { return [] }
        let (plain, source) = (Recipe(), Source())
        return RecipeWarning.of(
            [
                ("augmentation", augmentation != plain.augmentation),
                ("preprocess", preprocess != plain.preprocess),
                ("data.imageFields", data.imageFields != source.imageFields),
                ("data.alpha", data.alpha != nil), ("data.orientation", data.orientation != nil),
                ("data.gray16", data.gray16 != nil), ("data.decode", data.decode != source.decode),
                ("data.maximumPixels", data.maximumPixels != source.maximumPixels),
            ],
            "no image is read for a language model (`model.language`)."
        )
            + RecipeWarning.of(
                [("tokens.text", tokens.text != plain.tokens.text)],
                "a language model's texts are cut to `model.encoding.maximumTokens`."
            )
            + RecipeWarning.of(
                [("data.captions.features", data.captions.features != nil)],
                "a language model computes the vectors of captions itself (`model.language`)."
            )
            + RecipeWarning.of(
                [("memoryLimit", memoryLimit != nil)],
                "what a language model takes is not estimated (`model.language`)."
            )
    }
}

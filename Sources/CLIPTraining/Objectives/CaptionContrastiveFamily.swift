import CLIPData
import CLIPObjectives

/// Pairs of captions, each query against all documents of the batch: LLM2CLIP's first stage.
struct CaptionContrastiveFamily: ConfiguredObjectiveFamily {
    /// τ.
    var temperature = 0.02
    /// Whether each pair has a hard negative.
    var hardNegatives = false
    /// What becomes of a sample with one caption.
    var singleCaptions = CaptionPairing.Single.skip
    /// What is asked of queries.
    var instruction: String? = "Given a caption, retrieve a similar relevant caption."

    /// `captionContrastive`
    var name: String { "captionContrastive" }

    static var fields: [RecipeField<Self>] {
        [
            .init(
                "temperature",
                \.temperature,
                "The temperature of the similarities, which is not trained.",
                RecipeCheck(rule: "between 0.001 and 10.0") { (0.001...10).contains($0) }
            ),
            .init(
                "hardNegatives",
                \.hardNegatives,
                "Give each pair a hard negative: its own, or a caption of the positive's source of another sample."
            ),
            .init(
                "singleCaptions",
                \.singleCaptions,
                "A sample with one caption: `skip` it as a bad sample, or `pair` it with itself."
            ),
            .init(
                "instruction",
                \.instruction,
                "Put before queries; `null` for nothing. A source of data may have its own.",
                .notEmpty
            ),
        ]
    }

    /// Both sides are.
    var comparesTexts: Bool { true }

    /// None: the temperature is constant.
    func trains(_ parameter: String, in recipe: Recipe) -> Bool { false }

    /// What only losses with a temperature of their own, or with normalizers, use.
    func warnings(in recipe: Recipe) -> [RecipeWarning] {
        let (objective, plain) = (recipe.objective, Recipe.Objective())
        return RecipeWarning.of(
            [
                ("objective.normalizer", objective.normalizer != plain.normalizer),
                ("objective.multiplyByTemperature", objective.multiplyByTemperature),
                ("objective.textSide", objective.textSide != plain.textSide),
                ("objective.epsilon", objective.epsilon != plain.epsilon),
                ("objective.innerRate", objective.innerRate != plain.innerRate),
                ("objective.network", objective.network != plain.network),
                ("objective.initialBias", objective.initialBias != plain.initialBias),
            ],
            "the loss has no normalizer and no bias (`objective.kind`)."
        )
            + RecipeWarning.of(
                [("temperature", recipe.temperature != Recipe.Temperature())],
                "the loss has a temperature of its own (`objective.\(name).temperature`)."
            )
    }

    /// The loss.
    func objective(_ recipe: Recipe, pace: TrainingPace, states: any SampleStates) throws
        -> any CLIPObjectives.Objective
    {
        CaptionContrastiveObjective(temperature: temperature, workspace: recipe.objective.workspace.bytes)
    }
}

extension CaptionPairing.Single: RecipeChoice {}

extension Recipe {
    /// The settings of the loss of pairs of captions; nil for another loss.
    var captionPairs: CaptionContrastiveFamily? { lossFamily as? CaptionContrastiveFamily }
}

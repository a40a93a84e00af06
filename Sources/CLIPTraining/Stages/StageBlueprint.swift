import CLIPModels
import CLIPText
import TorchNN

/// What a stage trains, as far as its recipe and the configurations and checkpoints that it names decide over it.
///
/// No data is opened and no weight is read. What a run refuses for such reasons is refused by ``init(_:_:_:from:)``, for runs,
/// dry runs and plans alike.
struct StageBlueprint {
    /// Where the weights come from with which a stage starts.
    enum Start {
        /// They are drawn.
        case random
        /// From a checkpoint, or the stage before.
        case origin(StageSetup.Origin)
        /// The stage has begun, with a model that takes pictures like this, and vectors of this language model.
        case begun(Preprocessing, LanguageReference?)
        /// From a checkpoint that is not looked at.
        case unread
    }

    /// The stage's number, from 0.
    let number: Int
    let stage: Recipe.Stage
    /// The model in the sizes of its own configuration.
    let whole: ModelConfiguration
    /// The model in the stage's sizes, with the parameters of the loss.
    let configuration: ModelConfiguration
    /// How the model takes pictures; nil where weights say it that are not looked at.
    let preprocessing: Preprocessing?
    /// Whether position embeddings of the weights have to be changed to fit; nil where that is unknown or done.
    let changesPositions: Bool?
    /// What of the weights is left out and what is fresh, in a sentence; nil where all is taken.
    private(set) var headNotice: String?
    /// Settings that have no effect with these weights.
    private(set) var warnings: [RecipeWarning] = []
    /// The language model whose vectors the text side of the weights was trained on, where the stage goes on with it.
    private(set) var language: LanguageReference?
    /// Weights beside which the tokenizer's vocabulary may lie.
    var vocabulary: String?

    /// Checks a stage.
    ///
    /// - Throws: `RecipeError`, and errors of the configuration; `TrainingError.otherModel` and its like for weights that do not
    ///   fit.
    init(_ number: Int, _ stage: Recipe.Stage, _ whole: ModelConfiguration, from start: Start) throws {
        let recipe = stage.recipe
        var configuration = try recipe.model.applied(to: whole)
        try recipe.tokens.image.check(configuration)
        try recipe.checkTextTokens(of: configuration.text.kind)
        try recipe.checkEvaluations(of: configuration)
        configuration.add(recipe.lossFamily.addedParameters(in: recipe))
        switch start {
        case .random:
            changesPositions = false
            preprocessing = recipe.preprocessing(over: nil)
        case .origin(let origin):
            try recipe.check(configuration, takingOver: origin)
            let saved = recipe.fitting(configuration, origin)
            changesPositions = !configuration.towerDifferences(from: saved).isEmpty
            if recipe.takesFreshHead(configuration, over: origin) {
                headNotice = try configuration.headNotice(over: origin)
            } else {
                let named = (origin.configuration.text as? AdapterTextConfiguration)?.language
                language = origin.stage == nil ? named?.located(in: origin.place) : named
                if recipe.model.transfer.head == .fresh, origin.stage == nil {
                    let reason = "the weights at \(origin.place) have this head and this text side."
                    warnings.append(RecipeWarning(path: "model.transfer.head", reason: reason))
                }
            }
            preprocessing = origin.preprocessing.map { recipe.preprocessing(over: $0) }
        case .begun(let saved, let known):
            changesPositions = nil
            preprocessing = recipe.preprocessing(over: saved)
            language = known
        case .unread:
            changesPositions = nil
            preprocessing = nil
        }
        // A model without values, for the names of its parameters.
        try recipe.freeze(CLIPModel(configuration, parameters: ParameterStore(.unset)))
        self.number = number
        self.stage = stage
        self.whole = whole
        self.configuration = configuration
    }

    /// What makes tokens of texts.
    ///
    /// - Throws: `AssetError` for a vocabulary that is to be fetched; errors of one that lies beside weights.
    func tokenizer() throws -> any TextTokenizer {
        try configuration.text.tokenizer.tokenizer(besideWeights: vocabulary)
    }
}

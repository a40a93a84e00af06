import CLIPData
import CLIPModels

/// What samples of the data take: the tokens of their captions, and their bytes.
struct SampleStatistics: Equatable, Sendable {
    /// Tokens of a caption, start and end included, cut at the budget and the context length of training.
    var tokens: TokenLengths
    /// The same without a budget, cut at the context length of the model's configuration.
    var wholeTokens: TokenLengths
    /// Bytes of a sample's picture and captions; nil where that was not looked at.
    var bytes: Double?
    /// Where the lengths of texts come from.
    var origin: CostPlan.TextLengthOrigin

    /// How many samples are looked at.
    static let examined = 1024

    /// Whether texts have tokens at all.
    var hasTokens: Bool { tokens.maximum > 0 }

    /// Texts that are as long as they may be.
    init(limit: Int, whole: Int) {
        tokens = TokenLengths(limit)
        wholeTokens = TokenLengths(whole)
        origin = .limit
    }

    /// Texts that are as long as a stage allows; of no length for models of embeddings.
    ///
    /// - Parameter whole: The model in the sizes of its own configuration.
    init(_ recipe: Recipe, _ configuration: ModelConfiguration, whole: ModelConfiguration) {
        self.init(
            limit: recipe.textLimit(configuration.text.kind.contextLength ?? 0),
            whole: whole.text.kind.contextLength ?? 0
        )
    }

    /// The first samples of a stream; `longest` where they cannot be read at random, or none can be used.
    ///
    /// - Parameters:
    ///   - longest: Texts that are as long as they may be.
    ///   - countTokens: Called only where texts have tokens.
    init(
        _ settings: LoaderSettings,
        of source: any SampleSource,
        upTo longest: SampleStatistics,
        countTokens: (String) -> Int
    ) throws {
        self = longest
        guard source.hasRandomAccess else { return }
        let samples = try settings.firstSamples(min(Self.examined, source.count), of: source)
        guard !samples.isEmpty else { return }
        bytes = Double(samples.reduce(0) { $0 + $1.byteCount }) / Double(samples.count)
        guard longest.hasTokens else { return }
        let counts = samples.flatMap(\.captions).map(countTokens)
        guard !counts.isEmpty else { return }
        tokens = TokenLengths(of: counts.map { min($0, longest.tokens.maximum) })
        wholeTokens = TokenLengths(of: counts.map { min($0, longest.wholeTokens.maximum) })
        origin = .captions
    }
}

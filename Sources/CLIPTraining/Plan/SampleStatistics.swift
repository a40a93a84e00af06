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
    /// Where the numbers come from.
    var origin: Origin

    /// Where the lengths of texts come from.
    enum Origin: String, Codable, Sendable {
        /// Captions of the data.
        case captions
        /// The most that a text may have.
        case limit
    }

    /// How many samples are looked at.
    static let examined = 1024

    /// Texts that are as long as they may be.
    init(limit: Int, whole: Int) {
        tokens = TokenLengths(limit)
        wholeTokens = TokenLengths(whole)
        origin = .limit
    }

    /// The first samples of a stream; nil where none can be used.
    init?(
        _ settings: LoaderSettings,
        of source: any SampleSource,
        limit: Int,
        whole: Int,
        countTokens: (String) -> Int
    ) throws {
        let count = min(Self.examined, source.count)
        let samples = try settings.firstSamples(count, of: source)
        let counts = samples.flatMap(\.captions).map(countTokens)
        guard !counts.isEmpty else { return nil }
        tokens = TokenLengths(of: counts.map { min($0, limit) })
        wholeTokens = TokenLengths(of: counts.map { min($0, whole) })
        bytes = Double(samples.reduce(0) { $0 + $1.byteCount }) / Double(samples.count)
        origin = .captions
    }
}

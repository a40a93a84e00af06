public import Foundation

/// Which tokenizer a model's texts go through.
public enum TokenizerKind: Sendable, Hashable {
    /// CLIP's byte pairs.
    case bytePairs(cleaning: TextCleaning)
    /// BERT's uncased word pieces; `stripsSeparator` as in ``WordPieceTokenizer/stripsSeparator``.
    case bertUncased(cleaning: TextCleaning, stripsSeparator: Bool)

    /// That of OpenAI's models.
    public static let clip = bytePairs(cleaning: .lower)

    /// Makes the tokenizer.
    ///
    /// - Parameter directory: A checkpoint's directory: a vocabulary in it comes before that of the ``AssetFolder``.
    /// - Throws: ``TokenizerError``; ``AssetError`` where the vocabulary is to be fetched first.
    public func tokenizer(
        in directory: URL? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> any TextTokenizer {
        switch self {
        case .bytePairs(let cleaning): return try CLIPTokenizer.bundled(cleaning: cleaning)
        case .bertUncased(let cleaning, let stripsSeparator):
            let own = directory.map { $0.appending(path: WordPieceTokenizer.fileName) }
                .flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }
            let file = try own ?? AssetFolder.url(.wordPieces, environment: environment)
            let tokenizer = try WordPieceTokenizer(
                vocabularyURL: file,
                cleaning: cleaning,
                stripsSeparator: stripsSeparator
            )
            // A checkpoint's own counts as it is.
            guard own != nil || tokenizer.vocabularySize == Self.bertSize else {
                throw TokenizerError.badVocabulary(
                    file: file,
                    found: "\(tokenizer.vocabularySize) lines",
                    expected: "\(Self.bertSize)"
                )
            }
            return tokenizer
        }
    }

    /// Names of the files that a checkpoint of a model with such a tokenizer may carry.
    public var fileNames: [String] {
        switch self {
        case .bytePairs: []
        case .bertUncased: [WordPieceTokenizer.fileName, WordPieceTokenizer.settingsName]
        }
    }

    /// Word pieces of `bert-base-uncased`.
    private static let bertSize = 30_522
}

public import Foundation

/// CLIP's byte-pair tokenizer: text to the ids of OpenAI's 49,408-token vocabulary, equal to open_clip's.
///
/// A value may be used by any number of threads at once.
public struct CLIPTokenizer: Sendable {
    /// How text is cleaned before it is split.
    public let cleaning: TextCleaning

    let vocabulary: Vocabulary
    let workspaces = WorkspacePool<Workspace>()

    /// Number of ids: 512 byte symbols, 48,894 merges and two specials, 49,408 in all.
    public var vocabularySize: Int { Vocabulary.size }
    /// Id of `<start_of_text>`, 49406.
    public var startOfText: Int32 { Vocabulary.startOfText }
    /// Id of `<end_of_text>`, 49407.
    public var endOfText: Int32 { Vocabulary.endOfText }

    /// Reads the merges from an unpacked `bpe_simple_vocab_16e6.txt`.
    ///
    /// Throws `TokenizerError` if the file cannot be read or is not that file.
    public init(mergesURL: URL, cleaning: TextCleaning = .lower) throws {
        vocabulary = try Vocabulary(contentsOf: mergesURL)
        self.cleaning = cleaning
    }
}

extension TextTokenizer where Self == CLIPTokenizer {
    /// The tokenizer with the merges that `./scripts/setup` put among the package's resources.
    ///
    /// Throws `TokenizerError` if they are missing or damaged.
    public static func bundled(cleaning: TextCleaning = .lower) throws -> CLIPTokenizer {
        let name = "bpe_simple_vocab_16e6"
        guard let url = Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Resources")
        else { throw TokenizerError.resourceMissing(name: "\(name).txt") }
        return try CLIPTokenizer(mergesURL: url, cleaning: cleaning)
    }
}

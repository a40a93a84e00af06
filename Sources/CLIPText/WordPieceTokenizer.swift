public import Foundation

/// BERT's uncased word-piece tokenizer, as the CLIPA models have it; ids equal open_clip's.
///
/// A value may be used by any number of threads at once.
public struct WordPieceTokenizer: Sendable {
    /// How text is cleaned before BERT's own rules.
    public let cleaning: TextCleaning
    /// Whether `[PAD]` stands for each `[SEP]`, which then ends no text: open_clip's `strip_sep_token`.
    public let stripsSeparator: Bool

    let vocabulary: WordPieceVocabulary
    let workspaces = WorkspacePool<WordPieceWorkspace>()

    /// What checkpoints call the list of pieces.
    public static let fileName = "vocab.txt"
    /// What tells Hugging Face's libraries how the list is used.
    static let settingsName = "tokenizer_config.json"

    /// Reads a `vocab.txt`, one word piece per line.
    ///
    /// - Throws: ``TokenizerError`` for a file that cannot be read or is no such list.
    public init(vocabularyURL: URL, cleaning: TextCleaning = .whitespace, stripsSeparator: Bool = false)
        throws
    {
        vocabulary = try WordPieceVocabulary(contentsOf: vocabularyURL)
        self.cleaning = cleaning
        self.stripsSeparator = stripsSeparator
    }

    /// The pieces of a text as the vocabulary spells them: `##` continues a word.
    public func pieces(_ text: String) -> [String] { encode(text).map { vocabulary.pieces[Int($0)] } }

    /// Appends ids until `ids` holds at least `limit` of them or the text ends.
    func append(_ text: String, to ids: inout [Int32], limit: Int) {
        var workspace = workspaces.take()
        defer { workspaces.give(back: workspace) }
        var text = text
        text.withUTF8 { TextCleaner.clean($0, mode: cleaning, into: &workspace.cleaned) }
        let start = ids.count
        workspace.append(vocabulary, to: &ids, limit: limit)
        guard stripsSeparator else { return }
        for place in start..<ids.count where ids[place] == vocabulary.separator {
            ids[place] = vocabulary.padding
        }
    }
}

import Crypto
public import Foundation

/// A byte-level BPE tokenizer as `tokenizer.json` describes it: Llama 3, Qwen2, SmolLM2, GPT-2.
///
/// Ids equal those of Hugging Face's `tokenizers` for the same file. A value may be used by any number of threads at once.
public struct ByteLevelTokenizer: Sendable {
    /// A token that is found in the text before anything else happens to it.
    public struct AddedToken: Sendable, Hashable {
        /// Its id.
        public var id: Int32
        /// Its text.
        public var content: String
        /// Whether it is left out when ids become text.
        public var isSpecial = false
        /// Whether it takes the blanks before it along.
        public var takesLeft = false
        /// Whether it takes the blanks behind it along.
        public var takesRight = false
        /// Whether it is found only where no letter, digit or underscore touches it.
        public var isWholeWord = false
        /// Whether it is looked for in the normalized text.
        public var isNormalized = false
    }

    /// The tokens that are found before anything else, by id.
    public let addedTokens: [AddedToken]
    /// Number of ids: one more than the largest.
    public let vocabularySize: Int
    /// The ids that the file's post-processor puts before and after a text.
    public let frame: (start: [Int32], end: [Int32])
    /// SHA-256 (hex) over all that decides over the ids: tokens, merges, added tokens, the steps that cut the text, and ``frame``.
    ///
    /// Files that are written differently and do the same have the same one.
    ///
    /// It is made anew at each call, in a time that grows with the vocabulary.
    public var fingerprint: String {
        SHA256.hash(data: canonicalFile).map { String(format: "%02x", $0) }.joined()
    }
    /// The tokenizer's file, so that a checkpoint may carry it; one is written for a tokenizer that was made from a GGUF file.
    public var files: [String: Data] { [Self.fileName: file ?? canonicalFile] }

    /// What Hugging Face calls the file.
    public static let fileName = "tokenizer.json"

    let vocabulary: ByteLevelVocabulary
    let pipeline: ByteLevelPipeline
    let workspaces = WorkspacePool<ByteLevelWorkspace>()
    /// The file as it was read.
    private let file: Data?
    private let rawTokens, normalizedTokens: AddedTokenMatcher
    private let added: [Int32: AddedToken]

    init(
        vocabulary: ByteLevelVocabulary,
        pipeline: ByteLevelPipeline,
        added: [AddedToken],
        frame: (start: [Int32], end: [Int32]),
        file: Data?
    ) {
        self.vocabulary = vocabulary
        self.pipeline = pipeline
        addedTokens = added.sorted { $0.id < $1.id }
        self.added = Dictionary(added.map { ($0.id, $0) }) { $1 }
        self.frame = frame
        vocabularySize = max(vocabulary.strings.count, Int(addedTokens.last?.id ?? -1) + 1)
        rawTokens = AddedTokenMatcher(
            addedTokens.filter { !$0.isNormalized }.map { (Array($0.content.utf8), $0) }
        )
        normalizedTokens = AddedTokenMatcher(
            addedTokens.filter(\.isNormalized).map { token in
                let content = Array(token.content.utf8)
                return (content.withUnsafeBufferPointer { pipeline.normalized($0) } ?? content, token)
            }
        )
        self.file = file
    }

    /// The ids of a text, without ``frame``; tokens such as `<|im_start|>` in it become their ids.
    public func encode(_ text: String) -> [Int32] {
        var ids: [Int32] = []
        append(text, to: &ids, limit: .max)
        return ids
    }

    /// The id of a token of the vocabulary, as the vocabulary spells it, or of an added one.
    public func id(of token: String) -> Int32? {
        if let found = addedTokens.first(where: { $0.content.utf8.elementsEqual(token.utf8) }) {
            return found.id
        }
        if let bytes = ByteAlphabet.bytes(of: token) {
            return bytes.withUnsafeBufferPointer { vocabulary.id(of: $0) }
        }
        return vocabulary.plain.first { vocabulary.strings[Int($0)].elementsEqual(token.utf8) }
    }

    /// An added token by its id.
    func addedToken(_ id: Int32) -> AddedToken? { added[id] }

    /// Appends ids until `ids` holds at least `limit` of them or the text ends.
    func append(_ text: String, to ids: inout [Int32], limit: Int) {
        var workspace = workspaces.take()
        defer { workspaces.give(back: workspace) }
        var text = text
        text.withUTF8 { bytes in
            rawTokens.forEachSegment(in: bytes) { segment in
                switch segment {
                case .token(let id): ids.append(id)
                case .text(let range):
                    let part = UnsafeBufferPointer(rebasing: bytes[range])
                    if let normalized = pipeline.normalized(part) {
                        normalized.withUnsafeBufferPointer { append($0, &workspace, &ids, limit) }
                    } else {
                        append(part, &workspace, &ids, limit)
                    }
                }
                return ids.count < limit
            }
        }
    }

    private func append(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ workspace: inout ByteLevelWorkspace,
        _ ids: inout [Int32],
        _ limit: Int
    ) {
        normalizedTokens.forEachSegment(in: bytes) { segment in
            switch segment {
            case .token(let id): ids.append(id)
            case .text(let range):
                pipeline.splitter.split(UnsafeBufferPointer(rebasing: bytes[range])) { piece in
                    workspace.append(piece, of: vocabulary, to: &ids)
                    return ids.count < limit
                }
            }
            return ids.count < limit
        }
    }
}

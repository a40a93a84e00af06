extension ByteLevelTokenizer {
    /// Makes the tokenizer that a GGUF file describes.
    ///
    /// Ids are those of transformers for the same file, but for `llama-bpe` and its like, where a piece that is a token as a
    /// whole is not merged, as llama.cpp and Llama 3's own file have it. llama.cpp gives other ids where `smollm` and its
    /// like meet `½` or `③`, or several blanks before a number.
    ///
    /// - Parameters:
    ///   - preset: `tokenizer.ggml.pre`, how text is cut.
    ///   - tokens: `tokenizer.ggml.tokens`, by id.
    ///   - merges: `tokenizer.ggml.merges`, each two tokens with a space between them.
    ///   - special: Ids of the type 3 (control) in `tokenizer.ggml.token_type`: found in texts, left out of decoded ones.
    ///   - userDefined: Ids of the type 4: found in texts.
    ///   - start: The id to put before a text, where the file asks for one.
    ///   - end: The id to put behind a text.
    /// - Throws: ``TokenizerError`` for a preset that is not known, and for merges of other tokens.
    public init(
        preset: String,
        tokens: [String],
        merges: [String],
        special: Set<Int32>,
        userDefined: Set<Int32>,
        start: Int32?,
        end: Int32?
    ) throws {
        let preset = try ByteLevelPreset(preset)
        func check(_ id: Int32, _ key: String) throws {
            guard tokens.indices.contains(Int(id)) else {
                throw Self.bad(key, "the id \(id)", "an id below \(tokens.count)")
            }
        }
        for id in special.union(userDefined).sorted() { try check(id, "tokenizer.ggml.token_type") }
        if let start { try check(start, "tokenizer.ggml.bos_token_id") }
        if let end { try check(end, "tokenizer.ggml.eos_token_id") }

        var settings = ByteLevelVocabulary.Settings()
        settings.ignoresMerges = preset.ignoresMerges
        // What is not in the alphabet stands for itself, as `<think> `, and no merge makes it.
        let spelled = tokens.map { ByteAlphabet.bytes(of: $0) }
        let plain = Set(spelled.indices.filter { spelled[$0] == nil }.map { Int32($0) })
        let vocabulary: ByteLevelVocabulary
        do throws(ByteLevelVocabulary.BadMerge) {
            vocabulary = try ByteLevelVocabulary(
                tokens: zip(tokens, spelled).map { $1 ?? Array($0.utf8) },
                plain: plain,
                merges: merges.map(Self.halves),
                settings: settings
            )
        } catch {
            throw Self.bad(
                "tokenizer.ggml.merges[\(error.number)]",
                "'\(merges[error.number])'",
                error.reason
            )
        }
        let added = special.union(userDefined).sorted().compactMap { id in
            tokens[Int(id)].isEmpty
                ? nil : AddedToken(id: id, content: tokens[Int(id)], isSpecial: special.contains(id))
        }
        self.init(
            vocabulary: vocabulary,
            pipeline: ByteLevelPipeline(splitter: PieceSplitter(steps: preset.steps)),
            added: added,
            frame: (start.map { [$0] } ?? [], end.map { [$0] } ?? []),
            file: nil
        )
    }

    private static func halves(_ merge: String) -> (left: [UInt8], right: [UInt8])? {
        let halves = merge.split(separator: " ", omittingEmptySubsequences: false)
        guard halves.count == 2, let left = ByteAlphabet.bytes(of: String(halves[0])),
            let right = ByteAlphabet.bytes(of: String(halves[1]))
        else { return nil }
        return (left, right)
    }

    private static func bad(_ place: String, _ found: String, _ expected: String) -> TokenizerError {
        // Whoever read the file names it.
        .badTokenizer(file: "", place: place, found: found, expected: expected)
    }
}

public import CLIPText

extension GGUFModel {
    /// Ways of splitting texts whose models begin each text with a start token where the file does not say it.
    private static let startingPresets: Set = [
        "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "tekken",
    ]

    /// The byte-level tokenizer that the metadata describe.
    ///
    /// - Throws: ``GGUFError`` for tokenizers of other kinds, and lists that make none.
    public func tokenizer() throws -> ByteLevelTokenizer {
        guard let kind = try file.text("tokenizer.ggml.model") else {
            throw file.missing("key tokenizer.ggml.model")
        }
        guard kind == "gpt2" else {
            throw file.unsupported(
                "tokenizer.ggml.model",
                "'\(kind)'",
                "'gpt2': byte-level tokenizers only (SentencePiece and WordPiece are not read)"
            )
        }
        guard let tokens = try file.texts("tokenizer.ggml.tokens") else {
            throw file.missing("key tokenizer.ggml.tokens")
        }
        guard let merges = try file.texts("tokenizer.ggml.merges") else {
            throw file.missing("key tokenizer.ggml.merges")
        }
        let types = try file.integers("tokenizer.ggml.token_type") ?? []
        guard types.isEmpty || types.count == tokens.count else {
            throw file.contradiction(
                "the length of tokenizer.ggml.token_type",
                "\(types.count)",
                "\(tokens.count), one for each token"
            )
        }
        // 2 is the unknown token and 3 a control token; 4 was added by the model's makers and is text.
        func ids(_ wanted: Set<Int32>) -> Set<Int32> {
            Set(types.indices.filter { wanted.contains(types[$0]) }.map { Int32($0) })
        }
        let preset = try file.text("tokenizer.ggml.pre") ?? "default"
        let start = try frameToken(
            "bos",
            byDefault: Self.startingPresets.contains(preset),
            of: tokens.count
        )
        let end = try frameToken("eos", byDefault: false, of: tokens.count)
        do {
            return try ByteLevelTokenizer(
                preset: preset,
                tokens: tokens,
                merges: merges,
                special: ids([2, 3]),
                userDefined: ids([4]),
                start: start,
                end: end
            )
        } catch let error as TokenizerError {
            throw GGUFError(path: path, problem: .tokenizer("\(error)"))
        }
    }

    /// The token that every text begins or ends with; nil where texts have none.
    private func frameToken(_ name: String, byDefault isDefault: Bool, of count: Int) throws -> Int32? {
        guard try file.flag("tokenizer.ggml.add_\(name)_token") ?? isDefault else { return nil }
        let key = "tokenizer.ggml.\(name)_token_id"
        guard let id = try file.integer(key, in: 0...max(count - 1, 0)) else {
            throw file.missing("key \(key), which tokenizer.ggml.add_\(name)_token asks for")
        }
        return Int32(id)
    }
}

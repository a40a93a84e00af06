extension GGUFFile {
    /// Architectures whose layers ``LanguageModel`` computes.
    private static let architectures = ["llama", "qwen2"]

    /// The architecture of a language model.
    func decoderConfiguration() throws -> LanguageModelConfiguration {
        guard let family = try text("general.architecture") else { throw missing("key general.architecture") }
        try require("general.architecture", family, isIn: Self.architectures)
        try checkParts(family)
        let width = try needed("\(family).embedding_length")
        let heads = try needed("\(family).attention.head_count")
        let headWidth = try headWidth(family, width: width, heads: heads)
        let keyValueHeads = try integer("\(family).attention.head_count_kv") ?? heads
        guard heads % keyValueHeads == 0 else {
            throw contradiction(
                "\(family).attention.head_count_kv",
                "\(keyValueHeads)",
                "a divisor of \(heads) heads"
            )
        }
        guard let epsilon = try positive("\(family).attention.layer_norm_rms_epsilon") else {
            throw missing("key \(family).attention.layer_norm_rms_epsilon")
        }
        let context = try needed("\(family).context_length")
        let vocabulary = try vocabularySize(width: width)
        let isBiased = { (part: String) in self["blk.0.\(part).bias"] != nil }
        return LanguageModelConfiguration(
            family: family,
            vocabularySize: vocabulary,
            width: width,
            layers: try blockCount(family),
            heads: heads,
            keyValueHeads: keyValueHeads,
            headWidth: headWidth,
            hiddenWidth: try needed("\(family).feed_forward_length"),
            normEpsilon: epsilon,
            rotaryBase: try positive("\(family).rope.freq_base") ?? 10_000,
            rotaryScaling: try rotaryScaling(family, headWidth: headWidth),
            hasQueryKeyValueBias: isBiased("attn_q"),
            hasOutputBias: isBiased("attn_output"),
            hasFeedForwardBias: isBiased("ffn_gate"),
            tiesEmbeddings: self["output.weight"] == nil,
            // Within a window, attention that slides is attention to everything.
            contextLength: min(context, try integer("\(family).attention.sliding_window") ?? context),
            startToken: try token("bos", below: vocabulary),
            endTokens: try [token("eos", below: vocabulary), token("eot", below: vocabulary)].compactMap(
                \.self
            ).reduce(into: []) {
                if !$0.contains($1) { $0.append($1) }
            }
        )
    }

    /// What changes the model as a whole.
    private func checkParts(_ family: String) throws {
        let parts = try integer("split.count", in: 0...Int(UInt16.max)) ?? 0
        guard parts < 2 else {
            throw unsupported(
                "split.count",
                "\(parts)",
                "one file: join the parts with llama.cpp's `llama-gguf-split --merge`"
            )
        }
        let experts = try integer("\(family).expert_count", in: 0...Int(Int32.max)) ?? 0
        guard experts == 0 else {
            throw unsupported("\(family).expert_count", "\(experts)", "0: mixtures of experts are not run")
        }
    }

    private func blockCount(_ family: String) throws -> Int {
        let count = try needed("\(family).block_count")
        // A claim that would set much aside later.
        guard count <= entries.count else {
            throw contradiction(
                "\(family).block_count",
                "\(count)",
                "at most \(entries.count), the number of tensors"
            )
        }
        return count
    }

    private func headWidth(_ family: String, width: Int, heads: Int) throws -> Int {
        let key = "\(family).attention.key_length"
        let headWidth = try integer(key) ?? width / heads
        guard try integer(key) != nil || width % heads == 0 else {
            throw contradiction(
                "\(family).attention.head_count",
                "\(heads)",
                "a divisor of the width \(width)"
            )
        }
        for other in ["attention.value_length", "rope.dimension_count"] {
            let found = try integer("\(family).\(other)") ?? headWidth
            guard found == headWidth else {
                throw unsupported("\(family).\(other)", "\(found)", "the width of a head, \(headWidth)")
            }
        }
        guard headWidth % 2 == 0 else { throw unsupported(key, "\(headWidth)", "an even number") }
        return headWidth
    }

    /// The rows of the table of embeddings, which the vocabulary must agree with.
    private func vocabularySize(width: Int) throws -> Int {
        guard let embeddings = self["token_embd.weight"] else { throw missing("tensor 'token_embd.weight'") }
        guard embeddings.shape.count == 2, embeddings.shape[1] == width else {
            throw contradiction("the shape of 'token_embd.weight'", "\(embeddings.shape)", "rows of \(width)")
        }
        let rows = embeddings.shape[0]
        if case .list(let tokens) = metadata["tokenizer.ggml.tokens"], tokens.count != rows {
            throw contradiction(
                "the number of tokens",
                "\(tokens.count)",
                "\(rows), the rows of 'token_embd.weight'"
            )
        }
        return rows
    }

    private func token(_ name: String, below count: Int) throws -> Int32? {
        try integer("tokenizer.ggml.\(name)_token_id", in: 0...max(count - 1, 0)).map { Int32($0) }
    }

    private func needed(_ key: String) throws -> Int {
        guard let value = try integer(key) else { throw missing("key \(key)") }
        return value
    }
}

extension GGUFFile {
    func require(_ key: String, _ found: String, isIn supported: [String]) throws {
        guard supported.contains(found) else {
            throw unsupported(key, "'\(found)'", "one of: \(supported.joined(separator: ", "))")
        }
    }

    func missing(_ part: String) -> GGUFError { GGUFError(path: path, problem: .missing(part)) }

    func unsupported(_ part: String, _ found: String, _ expected: String) -> GGUFError {
        GGUFError(path: path, problem: .unsupported(part: part, found: found, expected: expected))
    }

    func contradiction(_ part: String, _ found: String, _ expected: String) -> GGUFError {
        GGUFError(path: path, problem: .contradiction(part: part, found: found, expected: expected))
    }
}

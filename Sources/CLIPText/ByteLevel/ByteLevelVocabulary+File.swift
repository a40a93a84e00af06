import Foundation

extension ByteLevelVocabulary {
    /// The `model` of a `tokenizer.json`.
    ///
    /// - Parameter added: The added tokens, whose ids must be those of the vocabulary where that has them, too.
    convenience init(_ model: TokenizerEntry, added: [ByteLevelTokenizer.AddedToken]) throws {
        _ = try model.object()
        // Old files do not say what they are; only BPE has merges.
        let type = model["type"].isNull && !model["merges"].isNull ? "BPE" : try model["type"].text()
        guard type == "BPE" else {
            throw model.unsupported("the model \(type)", supported: ["BPE over bytes"])
        }
        try model.checkOptions()
        let vocabulary = try model["vocab"].object()
        var tokens: [[UInt8]] = []
        var plain: Set<Int32> = []
        for (piece, value) in vocabulary {
            guard let id = TokenizerEntry.id(value) else {
                throw model["vocab"].bad("an id for each token", found: "'\(piece)': \(value)")
            }
            if Int(id) >= tokens.count {
                tokens.append(contentsOf: repeatElement([], count: Int(id) + 1 - tokens.count))
            }
            guard tokens[Int(id)].isEmpty else {
                throw model["vocab"].bad("an id for each token", found: "the id \(id) twice")
            }
            if let bytes = ByteAlphabet.bytes(of: piece) {
                tokens[Int(id)] = bytes
            } else {
                tokens[Int(id)] = Array(piece.utf8)
                plain.insert(id)
            }
        }
        var settings = Settings()
        settings.ignoresMerges = try model["ignore_merges"].flag()
        settings.fusesUnknown = try model["fuse_unk"].flag()
        if let name = try model.unknownToken() {
            guard let id = TokenizerEntry.id(vocabulary[name]) else {
                throw model["unk_token"].bad("a token of the vocabulary")
            }
            settings.unknown = id
        }
        for token in added {
            if let id = TokenizerEntry.id(vocabulary[token.content]), id != token.id {
                throw model["vocab"].bad(
                    "the same id as in added_tokens",
                    found: "'\(token.content)' with id \(id), not \(token.id)"
                )
            }
        }
        let merges = model["merges"]
        do {
            try self.init(tokens: tokens, plain: plain, merges: merges.pairs(), settings: settings)
        } catch let bad as BadMerge {
            throw try merges.bad(bad)
        }
    }
}

extension TokenizerEntry {
    /// Refuses what would give other ids than ours.
    fileprivate func checkOptions() throws {
        if !self["dropout"].isNothing {
            throw self["dropout"].unsupported("dropout of merges", supported: ["null"])
        }
        if try self["byte_fallback"].flag() {
            throw self["byte_fallback"].unsupported("byte fallback", supported: ["false"])
        }
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if !self[key].isNull, try !self[key].text().isEmpty {
                throw self[key].unsupported("\(key) \(self[key].phrase)", supported: ["null"])
            }
        }
    }

    /// The token for what the vocabulary does not have; an empty name is none.
    fileprivate func unknownToken() throws -> String? {
        if self["unk_token"].isNull { return nil }
        let name = try self["unk_token"].text()
        return name.isEmpty ? nil : name
    }

    /// Merges as texts with a space between the halves, or as pairs; nil for what is neither.
    fileprivate func pairs() throws -> [(left: [UInt8], right: [UInt8])?] {
        try merges().map { merge in
            guard let halves = Self.halves(merge), halves.count == 2,
                let left = ByteAlphabet.bytes(of: halves[0]), let right = ByteAlphabet.bytes(of: halves[1])
            else { return nil }
            return (left, right)
        }
    }

    /// The merges without the comment with which GPT-2's file begins and which some keep.
    private func merges() throws(TokenizerError) -> [Any] {
        try values().filter { ($0 as? String)?.hasPrefix("#version") != true }
    }

    private static func halves(_ merge: Any) -> [String]? {
        if let text = merge as? String {
            return text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        }
        return merge as? [String]
    }

    /// An error for the merge with a number.
    fileprivate func bad(_ merge: ByteLevelVocabulary.BadMerge) throws(TokenizerError) -> TokenizerError {
        let value = try merges()[merge.number]
        let found = Self.halves(value)?.map { "'\($0)'" }.joined(separator: " and ") ?? "something else"
        return bad(merge.reason, found: "\(found) as merge \(merge.number + 1)")
    }
}

public import Foundation

extension ByteLevelTokenizer {
    /// Reads a `tokenizer.json`; what it says about truncation and padding is left to those who call.
    ///
    /// - Throws: ``TokenizerError`` that names the file and the place in it, as where a step is not known.
    public init(tokenizerURL: URL) throws {
        let data: Data
        do {
            data = try Data(contentsOf: tokenizerURL)
        } catch {
            throw TokenizerError.unreadableTokenizer(
                file: tokenizerURL,
                reason: error.localizedDescription
            )
        }
        let root = try TokenizerEntry(contentsOf: data, file: tokenizerURL)
        _ = try root.object()
        let pipeline = try ByteLevelPipeline(root)
        let added = try root["added_tokens"].addedTokens()
        let vocabulary = try ByteLevelVocabulary(root["model"], added: added)
        let addedIDs = Set(added.map(\.id))
        let frame = try root["post_processor"].frame { addedIDs.contains($0) || vocabulary.contains($0) }
        self.init(vocabulary: vocabulary, pipeline: pipeline, added: added, frame: frame, file: data)
    }
}

extension TokenizerEntry {
    fileprivate func addedTokens() throws -> [ByteLevelTokenizer.AddedToken] {
        if isNull { return [] }
        return try list().compactMap { entry in
            let content = try entry["content"].text()
            // An empty one is never found.
            if content.isEmpty { return nil }
            return ByteLevelTokenizer.AddedToken(
                id: try entry["id"].id(),
                content: content,
                isSpecial: try entry["special"].flag(),
                takesLeft: try entry["lstrip"].flag(),
                takesRight: try entry["rstrip"].flag(),
                isWholeWord: try entry["single_word"].flag(),
                isNormalized: try entry["normalized"].flag()
            )
        }
    }

    /// The ids that a post-processor puts around a text.
    ///
    /// - Parameter isKnown: Whether an id has a token.
    fileprivate func frame(_ isKnown: (Int32) -> Bool) throws -> (start: [Int32], end: [Int32]) {
        if isNull { return ([], []) }
        switch try type() {
        case "ByteLevel": return ([], [])
        case "Sequence":
            // Each processor puts its ids around what the one before it made.
            return try self["processors"].list().reduce(([], [])) { frame, processor in
                let outer = try processor.frame(isKnown)
                return (outer.start + frame.0, frame.1 + outer.end)
            }
        case "TemplateProcessing": return try template(isKnown)
        case let step:
            throw unsupported(
                "the post-processor \(step)",
                supported: ["ByteLevel", "TemplateProcessing", "Sequence"]
            )
        }
    }

    private func template(_ isKnown: (Int32) -> Bool) throws -> (start: [Int32], end: [Int32]) {
        let tokens = self["special_tokens"]
        let single = self["single"]
        var frame: (start: [Int32], end: [Int32]) = ([], [])
        var texts = 0
        for part in try single.list() {
            if !part["Sequence"].isNull {
                texts += 1
                continue
            }
            let ids = tokens[try part["SpecialToken"]["id"].text()]["ids"]
            for entry in try ids.list() {
                let id = try entry.id()
                guard isKnown(id) else { throw entry.bad("the id of a token") }
                if texts == 0 { frame.start.append(id) } else { frame.end.append(id) }
            }
        }
        guard texts == 1 else { throw single.bad("the text once", found: "it \(texts) times") }
        return frame
    }
}

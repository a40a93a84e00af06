extension CLIPTokenizer {
    /// The ids of a text, without start and end.
    public func encode(_ text: String) -> [Int32] {
        var ids: [Int32] = []
        append(text, to: &ids, limit: .max)
        return ids
    }

    /// `[start] + ids + [end]`, cut to `contextLength` ids of which the last is then the end; not padded.
    ///
    /// - Parameter contextLength: The most tokens that the model takes, as `model.textKind.contextLength` says; 77 for
    ///   OpenAI's models. Below 1 it gives no ids.
    public func tokens(_ text: String, contextLength: Int) -> [Int32] {
        guard contextLength > 0 else { return [] }
        var ids: [Int32] = [startOfText]
        append(text, to: &ids, limit: contextLength)
        if ids.count >= contextLength { ids.removeSubrange((contextLength - 1)...) }
        ids.append(endOfText)
        return ids
    }

    /// The text as the tokenizer sees it: repaired, unescaped and cleaned.
    public func cleaned(_ text: String) -> String {
        var workspace = workspaces.take()
        defer { workspaces.give(back: workspace) }
        var text = text
        text.withUTF8 { TextCleaner.clean($0, mode: cleaning, into: &workspace.cleaned) }
        return String(decoding: workspace.cleaned, as: UTF8.self)
    }

    /// Appends ids until `ids` holds at least `limit` of them or the text ends.
    private func append(_ text: String, to ids: inout [Int32], limit: Int) {
        var workspace = workspaces.take()
        var text = text
        text.withUTF8 { TextCleaner.clean($0, mode: cleaning, into: &workspace.cleaned) }
        workspace.appendTokens(of: vocabulary, to: &ids, limit: limit)
        workspaces.give(back: workspace)
    }
}

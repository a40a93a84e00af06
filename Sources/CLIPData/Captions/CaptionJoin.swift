/// By what a side file's rows find their samples.
public enum CaptionJoin: String, Sendable, Hashable, Codable, CaseIterable {
    /// The sample's key in its shard.
    case key
    /// The sample's URL: its `.url` member, or the string `url` in its `.json`.
    case url

    /// A sample's value; nil where it has none.
    ///
    /// - Throws: `SampleProblem` for a `.json` member that is no object; `ShardError`.
    func value(at index: Int, in source: any SampleSource) throws -> String? {
        guard self == .url else { return source.label(at: index).key }
        if let member = try source.field("url", at: index) {
            let url = member.text.split(whereSeparator: \.isNewline).first.map(Self.trimmed)
            if let url, !url.isEmpty { return url }
        }
        guard let member = try source.field("json", at: index) else { return nil }
        guard case .string(let text)? = try member.members({ $0 == "url" }).last?.value else { return nil }
        let trimmed = Self.trimmed(text[...])
        return trimmed.isEmpty ? nil : trimmed
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }

    /// The columns that are taken for it unless one is named, in order of preference.
    var columns: [String] {
        switch self {
        case .key: UsualNames.sideKeys
        case .url: UsualNames.addresses
        }
    }
}

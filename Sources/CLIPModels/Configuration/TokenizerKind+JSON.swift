import CLIPText

/// The tokenizer as open_clip's `text_cfg` names it: `hf_tokenizer_name` and `tokenizer_kwargs`.
extension TokenizerKind {
    private static let nameKey = "hf_tokenizer_name"
    private static let optionsKey = "tokenizer_kwargs"
    private static let bertName = "bert-base-uncased"

    /// Says that the keys are read here.
    static func claimKeys(of reader: inout ConfigurationReader) {
        _ = (reader.raw(nameKey), reader.raw(optionsKey))
    }

    init(_ reader: inout ConfigurationReader) throws {
        let name = reader.raw(Self.nameKey) == nil ? "" : try reader.requiredText(Self.nameKey)
        var options =
            reader.raw(Self.optionsKey) == nil
            ? ConfigurationReader([:], path: reader.name(Self.optionsKey))
            : try reader.object(Self.optionsKey)
        switch name {
        case "": self = .bytePairs(cleaning: try options.choice("clean", default: .lower))
        case Self.bertName:
            self = .bertUncased(
                cleaning: try options.choice("clean", default: .whitespace),
                stripsSeparator: try options.flag("strip_sep_token")
            )
        default: throw ModelConfigurationError.unsupported(key: reader.name(Self.nameKey), value: name)
        }
        try options.finish()
    }

    /// The two keys, where they are not what open_clip takes anyway.
    var json: [String: Any] {
        var options: [String: Any] = [:]
        let name: String?
        switch self {
        case .bytePairs(let cleaning):
            name = nil
            if cleaning != .lower { options["clean"] = cleaning.rawValue }
        case .bertUncased(let cleaning, let stripsSeparator):
            name = Self.bertName
            if cleaning != .whitespace { options["clean"] = cleaning.rawValue }
            if stripsSeparator { options["strip_sep_token"] = true }
        }
        var json: [String: Any] = [:]
        if let name { json[Self.nameKey] = name }
        if !options.isEmpty { json[Self.optionsKey] = options }
        return json
    }

    /// What messages call it.
    package var phrase: String {
        switch self {
        case .bytePairs(let cleaning): "CLIP's byte pairs (clean: \(cleaning.rawValue))"
        case .bertUncased(let cleaning, let stripsSeparator):
            "\(Self.bertName) (clean: \(cleaning.rawValue), \(stripsSeparator ? "without" : "with") [SEP])"
        }
    }
}

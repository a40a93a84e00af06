/// Where captions come from, under a name of its own: a field of the sample, or a file beside the data.
public struct CaptionSource: Sendable, Hashable, CustomStringConvertible {
    /// Where the texts lie.
    public enum Origin: Sendable, Hashable {
        /// Inside the sample.
        case field(CaptionField)
        /// In a file that is joined by the sample's key or URL.
        case file(CaptionFile)
    }

    /// What rules and reports call it.
    public let name: String
    /// Where the texts lie.
    public let origin: Origin

    /// Names a source.
    public init(name: String, origin: Origin) {
        self.name = name
        self.origin = origin
    }

    /// A field of the sample, under the field's name or another.
    public init(field: String, name: String? = nil) {
        let field = CaptionField(field)
        self.init(name: name ?? field.description, origin: .field(field))
    }

    /// The field, where it is one.
    public var field: CaptionField? {
        if case .field(let field) = origin { field } else { nil }
    }

    /// The side file, where it is one.
    public var file: CaptionFile? {
        if case .file(let file) = origin { file } else { nil }
    }

    /// The name.
    public var description: String { name }
}

/// Which texts are too short or too long to be a caption.
public struct DegenerateCaptions: Sendable, Hashable {
    /// A text with fewer words counts as missing; 1 leaves out blank ones only.
    public var minimumWords: Int
    /// A text with more words counts as missing; nil for no limit.
    public var maximumWords: Int?

    /// Makes a rule; words are parted by white space.
    public init(minimumWords: Int = 1, maximumWords: Int? = nil) {
        self.minimumWords = minimumWords
        self.maximumWords = maximumWords
    }

    /// Whether a text without white space at its ends counts as missing.
    func includes(_ text: String) -> Bool {
        if text.isEmpty { return true }
        if minimumWords <= 1 && maximumWords == nil { return false }
        let words = text.split(whereSeparator: \.isWhitespace).count
        return words < minimumWords || words > maximumWords ?? .max
    }
}

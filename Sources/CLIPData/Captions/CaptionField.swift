/// Where a caption comes from inside a sample.
public enum CaptionField: Sendable, Hashable, CustomStringConvertible {
    /// The member with this suffix, as UTF-8 text.
    case text(String)
    /// A string, or a list of strings, under this key of the sample's `.json` member.
    case json(String)

    /// Reads `txt`, `title.txt` or `json:caption`.
    public init(_ name: String) {
        if name.hasPrefix("json:") {
            self = .json(String(name.dropFirst(5)))
        } else {
            self = .text(Self.suffix(named: name))
        }
    }

    /// A suffix as shards have it: lower case, without a dot in front.
    static func suffix(named name: String) -> String {
        (name.hasPrefix(".") ? String(name.dropFirst()) : name).lowercased()
    }

    /// The suffix of the member that holds it.
    public var suffix: String {
        switch self {
        case .text(let suffix): suffix
        case .json: "json"
        }
    }

    /// As it is written in settings.
    public var description: String {
        switch self {
        case .text(let suffix): suffix
        case .json(let key): "json:\(key)"
        }
    }
}

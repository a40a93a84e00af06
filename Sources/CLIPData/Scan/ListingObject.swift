import Foundation

/// What a JSON object says of a picture: a line of a list, or the `.json` file beside a picture.
struct ListingObject {
    struct Unreadable: Error { var problem: String }

    /// So many names are told where a picture's is missing.
    private static let shownNames = 12

    private let members: [String: Any]

    /// - Throws: `Unreadable` for anything but a JSON object.
    init(_ json: Data) throws(Unreadable) {
        guard let members = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else {
            throw Unreadable(problem: "it is no JSON object")
        }
        self.members = members
    }

    /// The first text, or whole number, under a usual name for keys.
    var key: String? {
        UsualNames.keys.lazy.compactMap { text([$0]) ?? (members[$0] as? Int).map(String.init) }.first
    }

    /// Where the picture comes from, for counting.
    var source: String? { text(["source"]) }

    /// The picture's path: the first text under a usual name.
    ///
    /// - Throws: `Unreadable` with what there is instead.
    func image() throws(Unreadable) -> String {
        if let image = text(UsualNames.images) { return image }
        let names = members.keys.sorted().prefix(Self.shownNames).map { name in
            let note = members[name] is String ? " (empty)" : " (no text)"
            return "\"\(PlainLine.of(name, limit: 80))\"\(UsualNames.images.contains(name) ? note : "")"
        }
        let found = names.isEmpty ? "nothing" : names.joined(separator: ", ")
        throw Unreadable(problem: "there is no picture, only \(found)")
    }

    /// The first text under some names that is not empty.
    func text(_ names: [String]) -> String? {
        names.lazy.compactMap { members[$0] as? String }.first { !$0.isEmpty }
    }

    /// Captions by field: the texts, or lists of texts, under some names, and those of `captions`.
    ///
    /// - Throws: `Unreadable` where one of them is no text.
    func captions(_ names: [String]) throws(Unreadable) -> [String: String] {
        var captions: [String: String]
        if let list = members["captions"] as? [String] {
            captions = Self.numbered(list)
        } else {
            captions = try texts(of: "captions", expected: "list or object of texts")
        }
        // Of two names for one field, the first counts.
        for name in names.reversed() where name != "captions" {
            let texts: [String]
            switch members[name] {
            case nil, is NSNull: continue
            case let text as String: texts = [text]
            case let list as [String]: texts = list
            default: throw Unreadable(problem: "\"\(name)\" is neither a text nor a list of texts")
            }
            let named = Self.numbered(texts.filter { !$0.isEmpty }, as: ListingLayout.suffix(of: name))
            captions.merge(named) { _, new in new }
        }
        return captions
    }

    /// Further members of the sample by suffix: the texts of `fields`.
    ///
    /// - Throws: `Unreadable` where `fields` is anything else.
    func fields() throws(Unreadable) -> [String: String] {
        try texts(of: "fields", expected: "object of texts")
    }

    private func texts(of name: String, expected: String) throws(Unreadable) -> [String: String] {
        switch members[name] {
        case nil, is NSNull: return [:]
        case let texts as [String: String]: return texts
        case let object as [String: Any]:
            let other = object.filter { !($0.value is String) }.keys.min() ?? ""
            throw Unreadable(problem: "\"\(name).\(PlainLine.of(other, limit: 80))\" is no text")
        default: throw Unreadable(problem: "\"\(name)\" is no \(expected)")
        }
    }

    /// Names for the texts of a list: `caption`, `caption2`, `caption3` …
    static func numbered(_ texts: [String], as name: String = "caption") -> [String: String] {
        Dictionary(
            texts.enumerated().map { ($0 == 0 ? name : "\(name)\($0 + 1)", $1) },
            uniquingKeysWith: { $1 }
        )
    }
}

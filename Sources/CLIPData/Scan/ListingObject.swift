/// What a JSON object says of a picture: a line of a list, or the `.json` file beside a picture.
struct ListingObject {
    struct Unreadable: Error { var problem: String }

    /// So many names are told where a picture's is missing.
    private static let shownNames = 12

    /// Of names that come twice the last counts.
    private let members: [String: JSONRow.Value]
    /// The members of what is an object itself, where something is looked for in it.
    private let objects: [String: [JSONRow.Member]]

    /// - Throws: `Unreadable` for anything but a JSON object.
    init(_ json: UnsafeRawBufferPointer) throws(Unreadable) {
        do {
            var row = JSONRow(json)
            let found = try row.members()
            members = Dictionary(found.map { ($0.name, $0.value) }) { $1 }
            var objects: [String: [JSONRow.Member]] = [:]
            for name in ["captions", "fields"] {
                guard case .object(let range)? = members[name] else { continue }
                var inner = JSONRow(UnsafeRawBufferPointer(rebasing: json[range]))
                objects[name] = try inner.members()
            }
            self.objects = objects
        } catch {
            let problem = error.problem == JSONRow.noObject ? "" : ": \(error.problem)"
            throw Unreadable(problem: JSONRow.noObject + problem)
        }
    }

    /// The first text, or whole number, under a usual name for keys.
    var key: String? {
        UsualNames.keys.lazy.compactMap { text([$0]) ?? members[$0].flatMap(Self.whole) }.first
    }

    /// A whole number as text, however large it is.
    private static func whole(_ value: JSONRow.Value) -> String? {
        guard case .number(let text) = value else { return nil }
        if let number = Int(text) { return "\(number)" }
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
        if digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return text }
        return Double(text).flatMap(Int.init(exactly:)).map { "\($0)" }
    }

    /// Whether it is a query with the text that belongs to it, without a picture or a name for one.
    var isPairOfTexts: Bool {
        (try? image()) == nil && UsualNames.images.allSatisfy { members[$0] == nil }
            && [texts(of: "query"), texts(of: "positive")].allSatisfy {
                $0.contains { !$0.isEmpty }
            }
    }

    /// Where the picture comes from, for counting.
    var source: String? { text(["source"]) }

    /// The picture's path: the first text under a usual name, else the only text that is the path of a picture.
    ///
    /// - Throws: `Unreadable` with what there is instead.
    func image() throws(Unreadable) -> String {
        if let image = text(UsualNames.images) { return image }
        let paths = members.values.compactMap { value in
            if case .string(let text) = value, ListingLayout.isPicturePath(text) { text } else { nil }
        }
        if paths.count == 1 { return paths[0] }
        let names = members.keys.sorted().prefix(Self.shownNames).map { name in
            let isText = if case .string = members[name] { true } else { false }
            let note = UsualNames.images.contains(name) ? isText ? " (empty)" : " (no text)" : ""
            return "\"\(PlainLine.of(name, limit: 80))\"\(note)"
        }
        let found = names.isEmpty ? "nothing" : names.joined(separator: ", ")
        throw Unreadable(problem: "there is no picture, only \(found)")
    }

    /// The first text under some names that is not empty.
    func text(_ names: [String]) -> String? {
        for name in names {
            if case .string(let text) = members[name], !text.isEmpty { return text }
        }
        return nil
    }

    /// The text, or the texts of a list, under a name.
    func texts(of name: String) -> [String] { Self.texts(members[name]) ?? [] }

    /// Captions by field: the texts, or lists of texts, under some names, and those of `captions`.
    ///
    /// Numbers and whatever else is no text are passed over, as they are where the list is read as a source.
    func captions(_ names: [String]) -> [String: String] {
        var captions = Self.numbered(Self.texts(members["captions"]) ?? [])
        for (name, value) in objects["captions"] ?? [] {
            if case .string(let text) = value { captions[name] = text }
        }
        // Of two names for one field, the first counts.
        for name in names.reversed() where name != "captions" {
            let texts = (Self.texts(members[name]) ?? []).filter { !$0.isEmpty }
            captions.merge(Self.numbered(texts, as: ListingLayout.suffix(of: name))) { _, new in new }
        }
        return captions
    }

    /// Further members of the sample by suffix: the texts of `fields`.
    ///
    /// - Throws: `Unreadable` where `fields` is anything else.
    func fields() throws(Unreadable) -> [String: String] {
        switch members["fields"] {
        case nil, .null: return [:]
        case .object: break
        default: throw Unreadable(problem: "\"fields\" is no object of texts")
        }
        var fields: [String: String] = [:]
        for (name, value) in objects["fields"] ?? [] {
            guard case .string(let text) = value else {
                throw Unreadable(problem: "\"fields.\(PlainLine.of(name, limit: 80))\" is no text")
            }
            fields[name] = text
        }
        return fields
    }

    /// The text, or the texts of a list; nil for anything else.
    static func texts(_ value: JSONRow.Value?) -> [String]? {
        switch value {
        case .string(let text): [text]
        case .list(let texts): texts.compactMap(\.self)
        case .mixed(let texts): texts
        default: nil
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

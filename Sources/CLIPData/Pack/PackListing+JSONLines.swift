import Foundation

extension PackListing {
    /// One object of a listing, or a picture's `.json` sidecar, which needs no picture.
    struct Entry {
        var key: String?
        var image: String?
        var source: String?
        var fields: [String: String] = [:]
        var captions: [String: String] = [:]
    }

    /// Captions without names of their own: `caption`, `caption2`, `caption3` …
    static func numbered(_ texts: [String]) -> [String: String] {
        Dictionary(
            texts.enumerated().map { ($0 == 0 ? "caption" : "caption\($0 + 1)", $1) },
            uniquingKeysWith: { $1 }
        )
    }

    func jsonLines(_ path: String) throws -> [PackCandidate] {
        let file = try MappedFile(path)
        // Bytes are read through a pointer, which does not keep the mapping.
        defer { withExtendedLifetime(file) {} }
        let decoder = JSONDecoder()
        var found: [PackCandidate] = []
        var lines = JSONLines(path, file.bytes)
        while let line = try lines.next() {
            let entry: Entry
            do {
                entry = try decoder.decode(Entry.self, from: line.data)
            } catch {
                throw lines.failure(line, Self.explain(error))
            }
            guard let image = entry.image else { throw lines.failure(line, "there is no \"image\"") }
            found.append(
                try candidate(
                    entry,
                    key: entry.key ?? Self.stem(image),
                    image: Self.resolve(image, beside: path),
                    path: path,
                    line: line.number
                )
            )
        }
        return found
    }

    func candidate(
        _ entry: Entry,
        key: String,
        image: String,
        path: String,
        line: Int
    ) throws -> PackCandidate {
        for name in [entry.captions, entry.fields].flatMap(\.keys) where !Self.isSuffix(name) {
            throw PackError.listing(
                path: path,
                line: line,
                problem: "the field '\(name)' cannot be a member's suffix",
                expected: "a-z, 0-9, '_' and '-'"
            )
        }
        return PackCandidate(
            key: PackCandidate.key(from: key),
            image: image,
            captions: PackCandidate.ordered(entry.captions, preferred: captionFields),
            fields: entry.fields,
            source: entry.source
        )
    }

    static func isSuffix(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    static func explain(_ error: any Error) -> String {
        switch error {
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" has another type"
        default: "it is not JSON"
        }
    }
}

extension PackListing.Entry: Decodable {
    /// The name of any member.
    private struct Name: CodingKey, ExpressibleByStringLiteral {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init(stringLiteral: String) { stringValue = stringLiteral }
        init?(intValue: Int) { nil }
    }

    /// `captions` is an object of texts or a list of texts; the usual names of captions are single texts.
    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Name.self)
        func text(_ names: [String]) throws -> String? {
            for name in names {
                if let text = try members.decodeIfPresent(String.self, forKey: Name(stringValue: name)) {
                    return text
                }
            }
            return nil
        }
        for name in UsualNames.keys.map(Name.init(stringValue:)) where key == nil {
            let number = try? members.decode(Int.self, forKey: name)
            key = try number.map(String.init) ?? members.decodeIfPresent(String.self, forKey: name)
        }
        image = try text(UsualNames.images)
        source = try text(["source"])
        fields = try members.decodeIfPresent([String: String].self, forKey: "fields") ?? [:]
        if let list = try? members.decode([String].self, forKey: "captions") {
            captions = PackListing.numbered(list)
        } else {
            captions = try members.decodeIfPresent([String: String].self, forKey: "captions") ?? [:]
        }
        for name in UsualNames.captions {
            if let text = try text([name]) { captions[name] = text }
        }
    }
}

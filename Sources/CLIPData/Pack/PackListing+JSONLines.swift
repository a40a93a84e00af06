import Foundation

extension PackListing {
    /// One object of a listing, or a picture's `.json` sidecar, which needs no `image`.
    struct Entry: Decodable {
        var key: String?
        var image: String?
        var source: String?
        var fields: [String: String]?
        var captions: [String: String]

        private enum CodingKeys: String, CodingKey {
            case key, image, source, fields, captions, caption, title, text
        }

        /// `captions` is an object of texts or a list of texts; `title`, `caption` and `text` are single texts.
        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            key = try container.decodeIfPresent(String.self, forKey: .key)
            image = try container.decodeIfPresent(String.self, forKey: .image)
            source = try container.decodeIfPresent(String.self, forKey: .source)
            fields = try container.decodeIfPresent([String: String].self, forKey: .fields)
            if let list = try? container.decode([String].self, forKey: .captions) {
                captions = PackListing.numbered(list)
            } else {
                captions = try container.decodeIfPresent([String: String].self, forKey: .captions) ?? [:]
            }
            for single in [CodingKeys.title, .caption, .text] {
                if let text = try container.decodeIfPresent(String.self, forKey: single) {
                    captions[single.rawValue] = text
                }
            }
        }
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
        for (number, line) in file.bytes.split(
            separator: UInt8(ascii: "\n"),
            omittingEmptySubsequences: false
        )
        .enumerated() {
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            let expected = "an object with \"image\" and \"captions\", one per line"
            let entry: Entry
            do {
                entry = try decoder.decode(Entry.self, from: Data(line))
            } catch {
                throw PackError.listing(
                    path: path,
                    line: number + 1,
                    problem: Self.explain(error),
                    expected: expected
                )
            }
            guard let image = entry.image else {
                throw PackError.listing(
                    path: path,
                    line: number + 1,
                    problem: "there is no \"image\"",
                    expected: expected
                )
            }
            let name = entry.key ?? (image as NSString).deletingPathExtension
            found.append(
                try candidate(
                    entry,
                    key: name,
                    image: Self.resolve(image, beside: path),
                    path: path,
                    line: number + 1
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
        for name in [entry.captions, entry.fields ?? [:]].flatMap(\.keys) where !Self.isSuffix(name) {
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
            fields: entry.fields ?? [:],
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

import CLIPText
import Foundation
import Testing

/// The tokenizers that scripts/fixtures/make_byte_level_fixtures.py made, and what `tokenizers` gives for them.
enum ByteLevelFixture {
    static let names = ["gpt2", "llama3", "qwen2", "smollm2", "shuffled"]

    /// A text with the ids of each tokenizer.
    struct Entry: Decodable, Sendable {
        var text: String
        var ids: [String: Ids]

        /// The ids, or how many there are and a checksum of them.
        struct Ids: Decodable, Sendable {
            var ids: [Int32]?
            var count: Int?
            var checksum: UInt32?

            private enum Key: CodingKey { case count, checksum }

            init(from decoder: any Decoder) throws {
                if let list = try? decoder.singleValueContainer().decode([Int32].self) {
                    ids = list
                } else {
                    let container = try decoder.container(keyedBy: Key.self)
                    count = try container.decode(Int.self, forKey: .count)
                    checksum = try container.decode(UInt32.self, forKey: .checksum)
                }
            }

            func equal(_ found: [Int32]) -> Bool {
                if let ids { return ids == found }
                return found.count == count
                    && found.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) } == checksum
            }
        }

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { return nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            let text = try container.decode(String.self, forKey: Key(stringValue: "text"))
            let count = try container.decodeIfPresent(Int.self, forKey: Key(stringValue: "repeat")) ?? 1
            self.text = String(repeating: text, count: count)
            ids = Dictionary(
                uniqueKeysWithValues: try ByteLevelFixture.names.map {
                    ($0, try container.decode(Ids.self, forKey: Key(stringValue: $0)))
                }
            )
        }
    }

    static func url(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Fixtures/ByteLevel/\(name).json"
        )
    }

    static func entries() throws -> [Entry] {
        try JSONDecoder().decode([Entry].self, from: Data(contentsOf: url("ids")))
    }

    static func tokenizer(_ name: String) throws -> ByteLevelTokenizer {
        try ByteLevelTokenizer(tokenizerURL: url(name))
    }

    /// A file as dictionaries, to be changed.
    static func json(_ name: String) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: url(name))) as? [String: Any]
        )
    }
}

/// A folder for a test's files, removed with it.
final class ScratchFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    /// Writes a file and says where.
    func write(_ content: Data, _ name: String = "tokenizer.json") throws -> URL {
        let file = url.appending(path: name)
        try content.write(to: file)
        return file
    }

    /// The tokenizer of a file with this content.
    func tokenizer(_ json: [String: Any], _ options: JSONSerialization.WritingOptions = []) throws
        -> ByteLevelTokenizer
    {
        try ByteLevelTokenizer(
            tokenizerURL: write(JSONSerialization.data(withJSONObject: json, options: options))
        )
    }
}

import CLIPText
import Foundation

/// One text with the ids that open_clip gives it.
struct Vector: Decodable, Sendable {
    var text: String
    var mode: TextCleaning?
    var ids: [Int32]?
    var `repeat`: Int?
    var count: Int?
    var checksum: UInt32?

    static func fixtures() throws -> [Vector] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Fixtures/vectors.json"
        )
        return try JSONDecoder().decode([Vector].self, from: Data(contentsOf: file))
    }
}

/// Tokenizers are made once: reading the merges takes a moment in a debug build.
enum Tokenizers {
    static let shared = Result {
        Dictionary(
            uniqueKeysWithValues: try TextCleaning.allCases.map {
                ($0, try CLIPTokenizer.bundled(cleaning: $0))
            }
        )
    }

    static func of(_ cleaning: TextCleaning = .lower) throws -> CLIPTokenizer {
        guard let tokenizer = try shared.get()[cleaning] else { throw CocoaError(.fileNoSuchFile) }
        return tokenizer
    }
}

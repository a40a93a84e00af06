import Foundation

@testable import CLIPText

/// Small taggers, made by hand.
enum TaggerFixture {
    static func make(
        _ weights: [String: [String: Double]],
        tags: [String] = ["A", "B"],
        words: [String: String] = [:]
    ) throws -> PartOfSpeechTagger {
        let object: [String: Any] = ["classes": tags, "tagdict": words, "weights": weights, "vocabulary": []]
        return try tagger(JSONSerialization.data(withJSONObject: object))
    }

    static func tagger(_ json: Data) throws -> PartOfSpeechTagger {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json")
        try json.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try PartOfSpeechTagger(contentsOf: file)
    }

    /// Knows some words, each with one tag, and takes all others for determiners.
    static func ofKnownWords() throws -> PartOfSpeechTagger {
        let tags = [
            "ADJ|-", "ADP|-", "AUX|Fin", "DET|-", "NOUN|-", "PART|-", "PRON|-", "PROPN|-", "VERB|Part",
        ]
        return try make(
            ["bias": ["DET|-": 1]],
            tags: tags,
            words: [
                "an": "DET|-", "a": "DET|-", "orange": "ADJ|-", "cat": "NOUN|-", "that": "PRON|-",
                "is": "AUX|Fin", "sitting": "VERB|Part", "on": "ADP|-", "ledge": "NOUN|-", "can": "AUX|Fin",
                "does": "AUX|Fin", "'s": "PART|-", "paris": "PROPN|-", "red": "ADJ|-", "running": "VERB|Part",
            ]
        )
    }
}

/// WordPiece in small: words at spaces, the longest entries first, pieces inside words begin with `##`.
struct ToyTokenizer: TextTokenizer {
    let entries: [String]

    init(_ words: [String]) { entries = ["[PAD]", "[UNK]", "[CLS]"] + words }

    var vocabularySize: Int { entries.count }
    var frame: (start: [Int32], end: [Int32]) { ([2], []) }

    func encode(_ text: String) -> [Int32] {
        text.lowercased().split(separator: " ").flatMap { word -> [Int32] in
            var ids: [Int32] = []
            var rest = word[...]
            while !rest.isEmpty {
                let mark = ids.isEmpty ? "" : "##"
                guard
                    let length = (1...rest.count).last(where: { entries.contains(mark + rest.prefix($0)) }),
                    let id = entries.firstIndex(of: mark + rest.prefix(length))
                else { return [1] }
                ids.append(Int32(id))
                rest = rest.dropFirst(length)
            }
            return ids
        }
    }

    func tokens(_ text: String, contextLength: Int) -> [Int32] {
        Array((frame.start + encode(text)).prefix(max(contextLength, 0)))
    }

    func words(in ids: [Int32]) -> [Range<Int>] {
        let starts = ids.indices.filter { !entries[Int(ids[$0])].hasPrefix("##") }
        return zip(starts, starts.dropFirst() + [ids.count]).map { $0..<$1 }
    }

    func text(of id: Int32) -> String {
        id < 3 ? "" : String(entries[Int(id)].trimmingPrefix("##"))
    }
}

/// Random numbers of a seed.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: Int) { state = UInt64(seed) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

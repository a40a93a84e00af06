/// A picture that may become a sample.
struct PackCandidate: Equatable, Sendable {
    struct Caption: Equatable, Sendable {
        var field: String
        var text: String
    }

    /// A file beside the picture that goes with it byte for byte.
    struct Companion: Equatable, Sendable {
        var suffix: String
        var path: String
    }

    /// Unique within the input; without dots after the last slash, where WebDataset splits it.
    var key: String
    /// The picture's path.
    var image: String
    /// In order of preference; the texts are neither empty nor do they hold line ends.
    var captions: [Caption]
    /// Further members by suffix.
    var fields: [String: String] = [:]
    /// Files beside the picture, in the order of their paths.
    var companions: [Companion] = []
    /// Whether a file with captions could not be read as text.
    var hasUnreadableText = false
    /// Where the picture comes from, for counting.
    var source: String?
}

extension PackCandidate {
    /// Text on one line without repeated white space.
    static func plain(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Captions by field, in the order of `preferred`, then by name; empty ones are left out.
    static func ordered(_ captions: [String: String], preferred: [String]) -> [Caption] {
        let rest = captions.keys.filter { !preferred.contains($0) }.sorted()
        return (preferred + rest).compactMap { field in
            let text = plain(captions[field] ?? "")
            return text.isEmpty ? nil : Caption(field: field, text: text)
        }
    }

    /// A key that WebDataset reads back as a whole.
    static func key(from name: String) -> String {
        var parts = name.split(separator: "/").filter { $0 != "." && $0 != ".." }.map(String.init)
        if let last = parts.popLast() {
            // U+FFFD stands for bytes of a name that could not be read.
            parts.append(String(last.map { $0 == "." || $0 == "\u{FFFD}" || $0.isNewline ? "_" : $0 }))
        }
        let key = parts.isEmpty ? "_" : parts.joined(separator: "/")
        // WebDataset skips members that are named so.
        return key.hasPrefix("__") && key.hasSuffix("__") ? key + "-" : key
    }

    /// Makes repeated keys different by a number, so that no sample hides another.
    static func distinguish(_ candidates: inout [PackCandidate]) {
        var keys = PackKeys()
        for index in candidates.indices { candidates[index].key = keys.distinct(candidates[index].key) }
    }
}

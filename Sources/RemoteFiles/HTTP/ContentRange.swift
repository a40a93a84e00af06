import NIOHTTP1

/// The header that says which bytes of which whole an answer holds.
struct ContentRange: Equatable {
    /// The bytes; nil where the server has none to send (`bytes */N`).
    let range: Range<Int>?
    /// The length of the whole; nil where it is not known.
    let total: Int?

    /// Reads `bytes FIRST-LAST/TOTAL`; nil for anything else.
    init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        if parts[1] == "*" {
            total = nil
        } else {
            guard let number = Int(parts[1]), (0..<1 << 50).contains(number) else { return nil }
            total = number
        }
        if parts[0] == "*" {
            range = nil
            return
        }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard ends.count == 2, ends[0] >= 0, ends[1] >= ends[0], ends[1] < total ?? Int.max else {
            return nil
        }
        range = ends[0]..<ends[1] + 1
    }

    init?(_ headers: HTTPHeaders) {
        guard let text = headers.first(name: "Content-Range") else { return nil }
        self.init(text)
    }
}

extension Redaction {
    /// Words that announce a secret.
    private static let announcements = [
        "authorization", "bearer", "password", "passwd", "token", "secret", "cookie", "api-key", "apikey",
    ]
    /// Options whose argument may be a secret; short ones mean other things to other programs than curl.
    private static let options = ["--user", "--header", "--cookie"]
    private static let curlOptions = options + ["-u", "-H", "-b"]

    /// A command or its messages: addresses without what is secret, no arguments of options that take secrets, and
    /// nothing behind words that announce one.
    static func command(_ text: String, limit: Int = 200) -> String {
        var shown: [String] = []
        var isSecret = false
        let words = Self.words(of: text)
        let isCurl = words.contains { $0 == "curl" || $0.hasSuffix("/curl") }
        let options = isCurl ? curlOptions : Self.options
        for word in words {
            let lower = word.lowercased()
            let isQuoted = word.hasSuffix("'") || word.hasSuffix("\"")
            if isSecret {
                shown.append(word.isEmpty ? "" : "…")
                isSecret = word.isEmpty
            } else if let option = options.first(where: { word == $0 }) {
                shown.append(option)
                isSecret = true
            } else if let option = options.first(where: {
                word.hasPrefix($0 + "=") || isArgument(word, of: $0)
            }) {
                shown.append(option + "…")
            } else if announcements.contains(where: lower.contains) {
                shown.append("…")
                // Where no quotation mark ends it, the secret may be any word that follows.
                if !isQuoted { break }
            } else {
                shown.append(word.contains("://") ? url(String(word)) : String(word))
            }
        }
        let joined = shown.joined(separator: " ")
        return joined.count > limit ? joined.prefix(limit) + "…" : joined
    }

    /// Whether a word is a short option with its argument behind it, as `-ume:word`.
    private static func isArgument(_ word: Substring, of option: String) -> Bool {
        option.count == 2 && word.count > 2 && word.hasPrefix(option)
    }

    /// The words between blanks; what is quoted from the start of a word, or behind an option, is one.
    private static func words(of text: String) -> [Substring] {
        var words: [Substring] = []
        var rest = text[...]
        while true {
            var end = rest.startIndex
            while end < rest.endIndex, rest[end] != " " {
                let opens = rest[end] == "'" || rest[end] == "\""
                let before = rest[..<end]
                if opens, before.isEmpty || before.hasSuffix("=") || curlOptions.contains(String(before)),
                    let close = rest[rest.index(after: end)...].firstIndex(of: rest[end])
                {
                    end = close
                }
                end = rest.index(after: end)
            }
            words.append(rest[..<end])
            guard end < rest.endIndex else { return words }
            rest = rest[rest.index(after: end)...]
        }
    }
}

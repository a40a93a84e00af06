/// Takes out of texts what must not stand in messages and logs.
enum Redaction {
    /// An address without user, password and fragment, and with the names of its query's values only.
    static func url(_ text: String) -> String {
        var text = withoutUser(text)
        if let fragment = text.firstIndex(of: "#") { text = String(text[..<fragment]) }
        guard let query = text.firstIndex(of: "?") else { return text }
        let values = text[text.index(after: query)...].split(separator: "&", omittingEmptySubsequences: false)
        let names = values.map { value -> String in
            // A value without a name may be the secret itself.
            guard let equals = value.firstIndex(of: "=") else { return "…" }
            return String(value[...equals]) + "…"
        }
        return String(text[...query]) + names.joined(separator: "&")
    }

    /// An address without user and password.
    static func withoutUser(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        // What looks like a port and is no number is a password with a slash or the like in it.
        let port = authority.lastIndex(of: ":").map { authority[authority.index(after: $0)...] } ?? ""
        let place = port.allSatisfy(\.isNumber) ? authority : rest
        guard let at = place.lastIndex(of: "@") else { return text }
        return String(text[..<scheme.upperBound] + rest[rest.index(after: at)...])
    }
}

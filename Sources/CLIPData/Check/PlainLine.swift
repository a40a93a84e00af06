/// Untrusted text on one line, short, and without what terminals and readers take for commands.
enum PlainLine {
    /// Replaces line ends and runs of white space by a blank, and other control characters by U+FFFD.
    static func of(_ text: String, limit: Int = 160) -> String {
        var line = ""
        var count = 0
        var isBlank = false
        // Scalars, not characters: a character may be of any length.
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                isBlank = true
                continue
            }
            guard count < limit else { return line + "…" }
            if isBlank && count > 0 {
                line.unicodeScalars.append(" ")
                count += 1
            }
            isBlank = false
            line.unicodeScalars.append(isCommand(scalar) ? "\u{FFFD}" : scalar)
            count += 1
        }
        return line
    }

    /// Control characters, and those that turn the direction of the text around them.
    private static func isCommand(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}

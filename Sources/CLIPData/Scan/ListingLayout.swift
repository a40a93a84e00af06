/// How the columns of a table, and the pictures that it names, become fields.
enum ListingLayout {
    /// A column's name as a suffix: lower case, with `_` for what a suffix cannot hold.
    static func suffix(of column: String) -> String {
        let name = column.lowercased().map { character in
            character.isASCII && (character.isLetter || character.isNumber || character == "-")
                ? character : "_"
        }
        return name.isEmpty ? "_" : String(name)
    }

    /// Whether a text is the path of a picture by its suffix, and no address.
    static func isPicturePath(_ text: String) -> Bool {
        guard let dot = text.lastIndex(of: "."), !DataContainer.isRemote(text) else { return false }
        return UsualNames.imageFields.contains(text[text.index(after: dot)...].lowercased())
    }

    /// The suffix under which a picture is found: its file's, if that is a known one.
    static func imageSuffix(of path: String) -> String {
        let suffix = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return UsualNames.imageFields.contains(suffix) ? suffix : UsualNames.imageFields[0]
    }
}

/// Which columns of a table, or keys of JSON objects, are pictures, captions and keys.
enum ListingLayout {
    static let imageNames = [
        "image", "filepath", "image_path", "path", "file", "file_name", "filename", "jpg",
    ]
    static let captionNames = ["caption", "title", "text", "txt", "description", "alt_text", "alt"]
    static let keyNames = ["key", "id"]

    /// The first of some names that is there.
    static func first(of names: [String], in columns: [String]) -> Int? {
        names.lazy.compactMap { columns.firstIndex(of: $0) }.first
    }

    /// A column's name as a suffix: lower case, with `_` for what a suffix cannot hold.
    static func suffix(of column: String) -> String {
        let name = column.lowercased().map { character in
            character.isASCII && (character.isLetter || character.isNumber || character == "-")
                ? character : "_"
        }
        return name.isEmpty ? "_" : String(name)
    }

    /// The suffix under which a picture is found: its file's, if that is a known one.
    static func imageSuffix(of path: String) -> String {
        let suffix = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return LoaderSettings.defaultImageFields.contains(suffix)
            ? suffix : LoaderSettings.defaultImageFields[0]
    }
}

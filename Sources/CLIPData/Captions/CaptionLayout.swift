/// How the rows of one side file are read.
struct CaptionLayout: Codable, Hashable {
    enum Format: String, Codable { case jsonLines, commas, tabs }

    var format: Format
    /// The column with the key or URL.
    var join: String
    /// The columns with texts.
    var captions: [String]
    /// All columns, in order, of a file with a header.
    var header: [String] = []

    /// Finds format and columns from a file's name and first row.
    ///
    /// - Throws: `CaptionFileError`.
    init(_ file: MappedFile, _ settings: CaptionFileSettings) throws(CaptionFileError) {
        format = try Self.format(of: file)
        (join, captions) = ("", [])
        var scanner = CaptionScanner(file, format: format)
        guard let first = try scanner.next() else { throw .empty(path: file.path) }
        let found: [String]
        switch format {
        case .jsonLines:
            var row = JSONRow(UnsafeRawBufferPointer(rebasing: file.bytes[first.range]))
            do {
                found = try row.members().map(\.name)
            } catch {
                throw .row(path: file.path, line: first.line, problem: error.problem)
            }
        case .commas, .tabs:
            header = first.cells.map(Self.plain)
            found = header
            guard Set(header).count == header.count else {
                throw .row(path: file.path, line: first.line, problem: "two columns have one name")
            }
            guard try scanner.next() != nil else { throw .empty(path: file.path) }
        }
        if let column = settings.joinColumn, !found.contains(column) {
            throw .unknownColumns(path: file.path, setting: "joinColumn", columns: [column], found: found)
        }
        let joins = settings.joinColumn.map { [$0] } ?? settings.join.columns
        guard let column = joins.first(where: found.contains) else {
            throw .column(
                path: file.path,
                purpose: "the \(settings.join.rawValue) of each sample",
                setting: "joinColumn",
                expected: joins,
                found: found
            )
        }
        join = column
        captions = try Self.captions(settings, found, column, isFixed: format != .jsonLines, path: file.path)
        withExtendedLifetime(file) {}
    }

    private static func captions(
        _ settings: CaptionFileSettings,
        _ found: [String],
        _ join: String,
        isFixed: Bool,
        path: String
    ) throws(CaptionFileError) -> [String] {
        guard settings.columns.isEmpty else {
            // A JSON object may leave out what it has not.
            let missing = settings.columns.filter { !found.contains($0) }
            guard missing.isEmpty || !isFixed && missing.count < settings.columns.count else {
                throw .unknownColumns(path: path, setting: "column", columns: missing, found: found)
            }
            return settings.columns
        }
        let likely = UsualNames.sideCaptions.filter { found.contains($0) && $0 != join }
        guard likely.count == 1 else {
            throw .column(
                path: path,
                purpose: "captions",
                setting: "column",
                expected: UsualNames.sideCaptions,
                found: found
            )
        }
        return likely
    }

    private static func format(of file: MappedFile) throws(CaptionFileError) -> Format {
        defer { withExtendedLifetime(file) {} }
        if let error = NotUTF8.wide(file.bytes) {
            throw .format(path: file.path, found: "is no UTF-8 (\(error))")
        }
        let start = file.bytes.dropFirst(LineScanner.byteOrderMarkLength(of: file.bytes))
        guard let first = start.first(where: { $0 > 0x20 }) else { throw .empty(path: file.path) }
        if start.starts(with: [0x1F, 0x8B]) || start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            throw .format(path: file.path, found: "is compressed")
        }
        if start.starts(with: Array("PAR1".utf8)) {
            throw .format(path: file.path, found: "is a Parquet file")
        }
        let name = file.path.lowercased()
        if name.hasSuffix(".csv") { return .commas }
        if name.hasSuffix(".tsv") { return .tabs }
        if first == UInt8(ascii: "{") { return .jsonLines }
        if first == UInt8(ascii: "[") { throw .format(path: file.path, found: "is one JSON array") }
        throw .format(path: file.path, found: "is none of the formats that can be read")
    }

    private static func plain(_ name: String) -> String {
        String(name.trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

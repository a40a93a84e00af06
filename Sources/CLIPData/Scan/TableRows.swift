/// The rows of a table below its header.
struct TableRows {
    enum Item {
        /// As many cells as there are columns.
        case row([String])
        /// More or fewer, or bytes that are not UTF-8, with what to say about it.
        case unusable(ShardError)
    }

    let header: TableHeader
    private let path: String
    private let bytes: UnsafeRawBufferPointer
    private var reader: DelimitedText

    /// Reads the header; rows start at an offset, or below the header.
    ///
    /// - Parameters:
    ///   - path: The table's name, for messages.
    ///   - bytes: Its content, which must outlive the reader.
    /// - Throws: `ShardError.listing`, `.missingColumn`.
    init(_ path: String, _ bytes: UnsafeRawBufferPointer, from offset: Int = 0) throws(ShardError) {
        if let error = NotUTF8.wide(bytes) {
            throw .listing(path: path, line: 1, problem: error.problem, expected: error.expected)
        }
        header = try TableHeader(path, bytes)
        if let error = Self.encoding(path, bytes, 0..<header.end, line: 1) { throw error }
        self.path = path
        self.bytes = bytes
        let start = max(offset, header.end)
        reader = DelimitedText(
            bytes,
            delimiter: header.delimiter,
            position: start,
            line: LineScanner.number(ofByte: start, in: bytes)
        )
    }

    /// The next row, or nil at the end.
    ///
    /// - Throws: `ShardError.listing` where a quotation mark is astray: the rows that follow cannot be told apart.
    mutating func next() throws(ShardError) -> Item? {
        let row: DelimitedText.Row?
        do {
            row = try reader.next()
        } catch {
            throw .listing(path, error, expected: DelimitedText.expected)
        }
        guard let row else { return nil }
        if let error = Self.encoding(path, bytes, row.range, line: row.line) { return .unusable(error) }
        guard row.cells.count != header.columns.count else { return .row(row.cells) }
        return .unusable(
            .listing(
                path: path,
                line: row.line,
                problem: DelimitedText.found(row.cells),
                expected:
                    "\(header.columns.count), as in the first line; quote cells that hold \(header.delimiterName)"
            )
        )
    }

    /// What to say about rows that are not UTF-8, with the line where it goes wrong.
    private static func encoding(
        _ path: String,
        _ bytes: UnsafeRawBufferPointer,
        _ range: Range<Int>,
        line: Int
    ) -> ShardError? {
        let rows = UnsafeRawBufferPointer(rebasing: bytes[range])
        return NotUTF8(rows).map { error in
            .listing(
                path: path,
                line: line - 1 + LineScanner.number(ofByte: error.offset, in: rows),
                problem: error.problem,
                expected: error.expected
            )
        }
    }
}

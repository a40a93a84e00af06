/// The rows of a table below its header.
struct TableRows {
    enum Item {
        /// As many cells as there are columns.
        case row([String])
        /// More or fewer, with what to say about it.
        case ragged(ShardError)
    }

    let header: TableHeader
    private let path: String
    private var reader: DelimitedText

    /// Reads the header; rows start at an offset, or below the header.
    ///
    /// - Parameters:
    ///   - path: The table's name, for messages.
    ///   - bytes: Its content, which must outlive the reader.
    /// - Throws: `ShardError.listing`, `.missingColumn`.
    init(_ path: String, _ bytes: UnsafeRawBufferPointer, from offset: Int = 0) throws(ShardError) {
        header = try TableHeader(path, bytes)
        self.path = path
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
        guard row.cells.count != header.columns.count else { return .row(row.cells) }
        return .ragged(
            .listing(
                path: path,
                line: row.line,
                problem: DelimitedText.found(row.cells),
                expected:
                    "\(header.columns.count), as in the first line; quote cells that hold \(header.delimiterName)"
            )
        )
    }
}

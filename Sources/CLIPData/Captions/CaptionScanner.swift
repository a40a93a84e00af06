/// Walks through the rows of a side file.
struct CaptionScanner {
    struct Row {
        /// Where the row lies in the file, without its line end.
        var range: Range<Int>
        /// The line that it starts on, from 1.
        var line: Int
        /// Its cells, where the format has them.
        var cells: [String] = []
    }

    private enum Reader {
        case lines(LineScanner)
        case cells(DelimitedText)
    }

    private let file: MappedFile
    private var reader: Reader

    /// - Parameter maximumRow: How many bytes a row may have.
    init(_ file: MappedFile, format: CaptionLayout.Format, maximumRow: Int = LineScanner.longest) {
        self.file = file
        let start = LineScanner.byteOrderMarkLength(of: file.bytes)
        reader =
            if let delimiter = format.delimiter {
                .cells(
                    DelimitedText(file.bytes, delimiter: delimiter, position: start, longestRow: maximumRow)
                )
            } else {
                .lines(LineScanner(file.bytes, position: start, longest: maximumRow))
            }
    }

    /// The next row that is not blank.
    ///
    /// - Throws: `CaptionFileError.row` for a row that is too long, badly quoted, or no UTF-8.
    mutating func next() throws(CaptionFileError) -> Row? {
        defer { withExtendedLifetime(file) {} }
        guard let row = try read() else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[row.range])
        if let error = NotUTF8(bytes) {
            let line = row.line - 1 + LineScanner.number(ofByte: error.offset, in: bytes)
            throw .row(path: file.path, line: line, problem: error.description)
        }
        return row
    }

    private mutating func read() throws(CaptionFileError) -> Row? {
        switch reader {
        case .lines(var lines):
            defer { reader = .lines(lines) }
            do {
                return try lines.next().map { Row(range: $0.range, line: $0.number) }
            } catch {
                throw .row(path: file.path, line: error.line, problem: error.problem)
            }
        case .cells(var rows):
            defer { reader = .cells(rows) }
            do {
                return try rows.next().map { Row(range: $0.range, line: $0.line, cells: $0.cells) }
            } catch {
                let problem = "\(error.problem); expected \(DelimitedText.expected)"
                throw .row(path: file.path, line: error.line, problem: problem)
            }
        }
    }
}

extension CaptionLayout.Format {
    /// What parts the cells; nil where rows have none.
    var delimiter: UInt8? {
        switch self {
        case .jsonLines: nil
        case .commas: UInt8(ascii: ",")
        case .tabs: UInt8(ascii: "\t")
        }
    }
}

import Glibc

/// Walks through the rows of a side file.
struct CaptionScanner {
    /// A row may not be longer than this.
    private let maximumRow: Int

    struct Row {
        /// Where the row lies in the file, without its line end.
        var range: Range<Int>
        /// The line that it starts on, from 1.
        var line: Int
        /// Its cells, where the format has them.
        var cells: [String] = []
    }

    private let file: MappedFile
    private let format: CaptionLayout.Format
    private var place = 0
    private var line = 1

    init(_ file: MappedFile, format: CaptionLayout.Format, maximumRow: Int = 16 << 20) {
        self.file = file
        self.maximumRow = maximumRow
        self.format = format
        if file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    /// The next row that is not blank.
    ///
    /// - Throws: `CaptionFileError.row` for a row that is too long, badly quoted, or no UTF-8.
    mutating func next() throws(CaptionFileError) -> Row? {
        while place < file.bytes.count {
            let row = format == .jsonLines ? try textLine() : try delimitedRow()
            guard let row else { continue }
            guard Self.isUTF8(file.bytes[row.range]) else { throw failure(row.line, "it is not valid UTF-8") }
            return row
        }
        return nil
    }

    private mutating func textLine() throws(CaptionFileError) -> Row? {
        guard let base = file.bytes.baseAddress else { return nil }
        let start = place
        let rest = file.bytes.count - start
        let end: Int
        if let found = memchr(base + start, 0x0A, rest) {
            end = UnsafeRawPointer(found) - base
        } else {
            end = file.bytes.count
        }
        place = end + 1
        defer { line += 1 }
        guard end - start <= maximumRow else { throw tooLong(line) }
        guard file.bytes[start..<end].contains(where: { $0 > 0x20 }) else { return nil }
        return Row(range: start..<end, line: line)
    }

    private mutating func delimitedRow() throws(CaptionFileError) -> Row? {
        let start = place
        let limit = min(file.bytes.count, start + maximumRow)
        let isCut = limit < file.bytes.count
        let parsed: DelimitedRow
        do {
            parsed = try DelimitedRow(
                UnsafeRawBufferPointer(rebasing: file.bytes[start..<limit]),
                delimiter: format.delimiter
            )
        } catch {
            if isCut && error.isAtEnd { throw tooLong(line) }
            throw failure(line + error.line, error.problem)
        }
        if isCut && !parsed.isEnded { throw tooLong(line) }
        defer { line += parsed.lines }
        place = start + parsed.byteCount
        guard parsed.cells != [""] else { return nil }
        return Row(range: start..<start + parsed.contentCount, line: line, cells: parsed.cells)
    }

    private func tooLong(_ line: Int) -> CaptionFileError {
        failure(
            line,
            "the row is longer than \(maximumRow) bytes; is a quotation mark never closed?"
        )
    }

    private func failure(_ line: Int, _ problem: String) -> CaptionFileError {
        .row(path: file.path, line: line, problem: problem)
    }

    static func isUTF8(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        var union: UInt8 = 0
        for byte in bytes { union |= byte }
        return union < 0x80
            || String(validating: UnsafeRawBufferPointer(rebasing: bytes), as: UTF8.self) != nil
    }

    /// The line that a byte of the file lies on, from 1.
    static func line(of offset: Int, in file: MappedFile) -> Int {
        defer { withExtendedLifetime(file) {} }
        return 1 + file.bytes[..<min(offset, file.bytes.count)].count { $0 == 0x0A }
    }
}

extension CaptionLayout.Format {
    var delimiter: UInt8 { self == .tabs ? 0x09 : UInt8(ascii: ",") }
}

/// The first row of comma- or tab-separated text with double-quoted cells (RFC 4180).
struct DelimitedRow {
    struct Malformed: Error {
        /// Lines after the row's first.
        var line: Int
        var problem: String
        /// Whether more bytes might have mended it.
        var isAtEnd = false
    }

    var cells: [String] = []
    /// Bytes of the row without and with its line end.
    var contentCount = 0
    var byteCount = 0
    /// Lines that it takes.
    var lines = 1
    /// Whether a line end was found.
    var isEnded = false

    init(_ bytes: UnsafeRawBufferPointer, delimiter: UInt8) throws(Malformed) {
        let quote = UInt8(ascii: "\"")
        var cell: [UInt8] = []
        var (inside, closed) = (false, false)
        var opened = 0
        var place = 0
        while place < bytes.count, !isEnded {
            let byte = bytes[place]
            place += 1
            if inside {
                if byte == quote { (inside, closed) = (false, true) } else { cell.append(byte) }
                if byte == 0x0A { lines += 1 }
                continue
            }
            switch byte {
            case quote where closed:
                cell.append(quote)
                (inside, closed) = (true, false)
            case quote where cell.isEmpty:
                inside = true
                opened = lines - 1
            case delimiter:
                cells.append(String(decoding: cell, as: UTF8.self))
                cell.removeAll(keepingCapacity: true)
                closed = false
            case 0x0A: isEnded = true
            case 0x0D where closed: break
            case _ where closed:
                throw Malformed(line: lines - 1, problem: "text follows a closing quotation mark")
            default: cell.append(byte)
            }
        }
        if inside {
            throw Malformed(line: opened, problem: "a quotation mark is never closed", isAtEnd: true)
        }
        byteCount = place
        contentCount = isEnded ? place - 1 : place
        if !closed, cell.last == 0x0D { cell.removeLast() }
        cells.append(String(decoding: cell, as: UTF8.self))
    }
}

import Glibc

/// Delimited text with double-quoted cells (RFC 4180), row by row.
///
/// A cell is quoted if a quotation mark is its first byte; marks inside a quoted cell are doubled, and marks in other
/// cells are text. Quoted cells may hold line ends. Tab-separated captions are often written without any quoting, and
/// then a cell that happens to start with a mark would swallow rows up to the next mark: with tabs, a row over several
/// lines is refused if each of its lines has as many cells as the row.
struct DelimitedText {
    struct Row: Equatable {
        /// The line that the row starts on, from 1.
        var line: Int
        /// Where it lies, without its line end.
        var range: Range<Int>
        var cells: [String]
    }

    /// What a malformed text should be, for messages.
    static let expected =
        #"cells in quotation marks as in RFC 4180, with the marks inside doubled: """nice"" shot""#

    /// Says how many cells were found, for messages.
    static func found(_ cells: [String]) -> String {
        cells.count == 1 ? "there is 1 cell" : "there are \(cells.count) cells"
    }

    private static let quote = UInt8(ascii: "\"")
    private static let tab = UInt8(ascii: "\t")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private let bytes: UnsafeRawBufferPointer
    private let delimiter: UInt8
    private let longestRow: Int
    private var line: Int
    /// Where the next row starts.
    private(set) var position: Int

    /// Reads from memory, which must outlive the reader; lines are counted from `line` at `position`.
    init(
        _ bytes: UnsafeRawBufferPointer,
        delimiter: UInt8,
        position: Int = 0,
        line: Int = 1,
        longestRow: Int = LineScanner.longest
    ) {
        self.bytes = bytes
        self.delimiter = delimiter
        self.position = position
        self.line = line
        self.longestRow = longestRow
    }

    /// The next row that is not an empty line, or nil at the end.
    mutating func next() throws(MalformedText) -> Row? {
        while position < bytes.count {
            let row = try row()
            if row.cells != [""] { return row }
        }
        return nil
    }

    private mutating func row() throws(MalformedText) -> Row {
        let (start, first) = (position, line)
        let limit = bytes.count - start > longestRow ? start + longestRow : bytes.count
        var cells: [String] = []
        var opened: Int?
        while true {
            let cell = line
            let isQuoted = position < limit && bytes[position] == Self.quote
            let end = try isQuoted ? quotedCell(into: &cells, limit) : plainCell(into: &cells, limit)
            if line > cell, opened == nil { opened = cell }
            // A longer row is not looked at any further.
            if end == limit, limit < bytes.count { throw tooLong(first, opened) }
            position = min(end + 1, bytes.count)
            guard end == limit || bytes[end] == Self.lineFeed else { continue }
            let row = Row(line: first, range: start..<end, cells: cells)
            if let opened, delimiter == Self.tab, isManyRows(row) {
                throw MalformedText(
                    line: opened,
                    problem:
                        "a quotation mark is closed on line \(line) only, though each line between could be a row"
                )
            }
            if end < bytes.count { line += 1 }
            return row
        }
    }

    /// Adds a cell without quotes and returns where its delimiter, its line end or the limit is.
    private func plainCell(into cells: inout [String], _ limit: Int) -> Int {
        var end = position
        while end < limit, bytes[end] != delimiter, bytes[end] != Self.lineFeed { end &+= 1 }
        let endsRow = end == limit || bytes[end] == Self.lineFeed
        let hasReturn = endsRow && end > position && bytes[end - 1] == Self.carriageReturn
        cells.append(text(position..<(hasReturn ? end - 1 : end)))
        return end
    }

    /// Adds a quoted cell and returns where its delimiter, its line end or the limit is.
    private mutating func quotedCell(into cells: inout [String], _ limit: Int) throws(MalformedText) -> Int {
        let opened = line
        var content: [UInt8] = []
        var start = position + 1
        var mark = start
        while true {
            guard let found = place(of: Self.quote, in: start..<limit) else {
                if limit < bytes.count { throw tooLong(opened, opened) }
                throw MalformedText(line: opened, problem: "a quotation mark is never closed")
            }
            mark = found
            guard mark + 1 < limit, bytes[mark + 1] == Self.quote else { break }
            content += bytes[start...mark]
            start = mark + 2
        }
        if content.isEmpty {
            cells.append(text(start..<mark))
        } else {
            content += bytes[start..<mark]
            cells.append(String(decoding: content, as: UTF8.self))
        }
        line += bytes[position..<mark].count { $0 == Self.lineFeed }
        var end = mark + 1
        if end < limit, bytes[end] == delimiter { return end }
        while end < limit, bytes[end] == Self.carriageReturn { end += 1 }
        guard end == limit || bytes[end] == Self.lineFeed else {
            let place = opened == line ? "" : ", which was opened on line \(opened)"
            throw MalformedText(line: line, problem: "text follows a closing quotation mark\(place)")
        }
        return end
    }

    /// Whether each line of a row has as many cells as the row.
    private func isManyRows(_ row: Row) -> Bool {
        bytes[row.range].split(separator: Self.lineFeed, omittingEmptySubsequences: false).allSatisfy {
            line in
            line.count { $0 == delimiter } == row.cells.count - 1
        }
    }

    private func tooLong(_ line: Int, _ opened: Int?) -> MalformedText {
        var error = MalformedText.tooLong(line: line, limit: longestRow)
        if let opened { error.problem += "; is the quotation mark on line \(opened) never closed?" }
        return error
    }

    private func place(of byte: UInt8, in range: Range<Int>) -> Int? {
        guard let base = bytes.baseAddress, !range.isEmpty else { return nil }
        return memchr(base + range.lowerBound, Int32(byte), range.count).map { UnsafeRawPointer($0) - base }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }
}

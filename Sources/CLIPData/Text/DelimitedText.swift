/// Comma- or tab-separated text with double-quoted fields (RFC 4180), row by row.
struct DelimitedText {
    struct Row: Equatable {
        /// The line that the row starts on, from 1.
        var line: Int
        var cells: [String]
    }

    struct Malformed: Error, Equatable {
        var line: Int
        var problem: String
    }

    private static let longestCell = 16 << 20
    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private let bytes: UnsafeRawBufferPointer
    private let delimiter: UInt8
    private var line: Int
    /// Where the next row starts.
    private(set) var position: Int

    /// Reads from memory, which must outlive the reader; lines are counted from `line` at `position`.
    init(_ bytes: UnsafeRawBufferPointer, delimiter: UInt8, position: Int = 0, line: Int = 1) {
        self.bytes = bytes
        self.delimiter = delimiter
        self.position = position
        self.line = line
    }

    /// All rows of a text; empty lines are left out.
    static func rows(_ text: some Collection<UInt8>, delimiter: UInt8) throws(Malformed) -> [Row] {
        let copy = FieldBytes(copying: text)
        return try copy.withUnsafeBytes { bytes throws(Malformed) in
            var reader = DelimitedText(bytes, delimiter: delimiter)
            var rows: [Row] = []
            while let row = try reader.next() { rows.append(row) }
            return rows
        }
    }

    /// The next row that is not an empty line, or nil at the end.
    mutating func next() throws(Malformed) -> Row? {
        while position < bytes.count {
            let start = line
            var cells: [String] = []
            var isComplete = false
            while !isComplete {
                let cell = try cell()
                cells.append(cell.text)
                isComplete = cell.endsRow
            }
            if cells != [""] { return Row(line: start, cells: cells) }
        }
        return nil
    }

    /// The cell at `position`, and whether its row ends with it.
    private mutating func cell() throws(Malformed) -> (text: String, endsRow: Bool) {
        guard position < bytes.count else { return ("", true) }
        if bytes[position] == Self.quote { return try quotedCell() }
        let start = position
        while position < bytes.count, bytes[position] != delimiter, bytes[position] != Self.lineFeed {
            position += 1
        }
        var end = position
        guard end - start < Self.longestCell else {
            throw Malformed(line: line, problem: "a cell is longer than 16 MiB")
        }
        let endsRow = position == bytes.count || bytes[position] == Self.lineFeed
        if endsRow {
            if position < bytes.count { line += 1 }
            if position < bytes.count, end > start, bytes[end - 1] == Self.carriageReturn { end -= 1 }
        }
        position += 1
        return (String(decoding: bytes[start..<end], as: UTF8.self), endsRow)
    }

    private mutating func quotedCell() throws(Malformed) -> (text: String, endsRow: Bool) {
        let opened = line
        var content: [UInt8] = []
        position += 1
        while true {
            guard position < bytes.count else {
                throw Malformed(line: opened, problem: "a quotation mark is never closed")
            }
            let byte = bytes[position]
            position += 1
            if byte == Self.lineFeed { line += 1 }
            guard byte == Self.quote else {
                guard content.count < Self.longestCell else {
                    throw Malformed(
                        line: opened,
                        problem: "a quoted cell is longer than 16 MiB; a quotation mark may be missing"
                    )
                }
                content.append(byte)
                continue
            }
            guard position < bytes.count, bytes[position] == Self.quote else { break }
            content.append(byte)
            position += 1
        }
        let text = String(decoding: content, as: UTF8.self)
        while position < bytes.count, bytes[position] == Self.carriageReturn { position += 1 }
        guard position < bytes.count else { return (text, true) }
        let byte = bytes[position]
        guard byte == delimiter || byte == Self.lineFeed else {
            throw Malformed(line: line, problem: "text follows a closing quotation mark")
        }
        position += 1
        if byte == Self.lineFeed { line += 1 }
        return (text, byte == Self.lineFeed)
    }
}

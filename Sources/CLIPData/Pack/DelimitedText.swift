/// Comma- or tab-separated text with double-quoted fields (RFC 4180).
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

    /// Splits text into rows; empty lines are left out.
    static func rows(_ text: some Sequence<UInt8>, delimiter: UInt8) throws(Malformed) -> [Row] {
        let quote = UInt8(ascii: "\"")
        var rows: [Row] = []
        var cells: [String] = []
        var cell: [UInt8] = []
        var line = 1
        var start = 1
        var opened = 0
        // Inside quotes; right after a closing quote, where another quote stands for itself.
        var inside = false
        var closed = false

        func endCell() {
            cells.append(String(decoding: cell, as: UTF8.self))
            cell.removeAll(keepingCapacity: true)
            closed = false
        }
        func endRow() {
            endCell()
            if cells != [""] { rows.append(Row(line: start, cells: cells)) }
            cells.removeAll()
        }

        for byte in text {
            if inside {
                if byte == quote {
                    inside = false
                    closed = true
                } else {
                    cell.append(byte)
                }
                if byte == UInt8(ascii: "\n") { line += 1 }
                continue
            }
            switch byte {
            case quote where closed:
                cell.append(quote)
                inside = true
                closed = false
            case quote where cell.isEmpty:
                inside = true
                opened = line
            case delimiter: endCell()
            case UInt8(ascii: "\n"):
                // A quoted cell may end in a return of its own.
                if !closed, cell.last == UInt8(ascii: "\r") { cell.removeLast() }
                endRow()
                line += 1
                start = line
            case UInt8(ascii: "\r") where closed: break
            case _ where closed:
                throw Malformed(line: line, problem: "text follows a closing quotation mark")
            default: cell.append(byte)
            }
        }
        if inside { throw Malformed(line: opened, problem: "a quotation mark is never closed") }
        endRow()
        return rows
    }
}

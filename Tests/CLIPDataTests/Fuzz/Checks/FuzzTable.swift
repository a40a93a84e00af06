@testable import CLIPData

/// Cells that are written with quotes read back equal, those of a table and any others.
enum FuzzTable {
    static func check(_ bytes: UnsafeRawBufferPointer, files: FuzzFiles) throws -> String {
        var words: [String] = []
        let cells = bytes.split(separator: 0, omittingEmptySubsequences: false).map { row in
            row.split(separator: 1, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        for (name, delimiter) in [("l.csv", UInt8(ascii: ",")), ("l.tsv", UInt8(ascii: "\t"))] {
            // With tabs, lines that could be rows of their own are refused, so these cells go without line ends.
            let isFree = delimiter == UInt8(ascii: ",")
            let kept = cells.map {
                $0.map { isFree ? $0 : String(decoding: $0.utf8.filter { $0 != 10 }, as: UTF8.self) }
            }
            try checkWriting(kept.filter { $0 != [""] }, delimiter: delimiter)
            do {
                let rows = try DelimitedText.rows(bytes, delimiter: delimiter)
                try checkWriting(rows.map(\.cells), delimiter: delimiter)
                try FuzzViolation.unless(
                    zip(rows, rows.dropFirst()).allSatisfy { $0.line < $1.line },
                    "lines \(rows.map(\.line)) do not ascend"
                )
            } catch let error as MalformedText {
                words.append(error.problem)
            }
            let path = try files.write(bytes, name)
            words.append(try FuzzListing.check(path, captionFields: ["title", "caption"]))
            words.append(try FuzzContainer.check(path, .table, files: files))
        }
        return words.joined(separator: "; ")
    }

    private static func checkWriting(_ rows: [[String]], delimiter: UInt8) throws {
        for isSparing in [false, true] {
            let written = write(rows, delimiter: delimiter, isSparing: isSparing)
            let again = try DelimitedText.rows(written, delimiter: delimiter).map(\.cells)
            // By their bytes: strings count as equal in other normal forms, too.
            try FuzzViolation.unless(
                again.map { $0.map { Array($0.utf8) } } == rows.map { $0.map { Array($0.utf8) } },
                "\(rows) becomes \(again) by way of \(written)"
            )
        }
    }

    /// With quotes around every cell, or only where the text needs them.
    private static func write(_ rows: [[String]], delimiter: UInt8, isSparing: Bool) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        let special = [quote, delimiter, UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        var text: [UInt8] = []
        for row in rows {
            for (number, cell) in row.enumerated() {
                if number > 0 { text.append(delimiter) }
                if isSparing, !cell.utf8.contains(where: special.contains) {
                    text += cell.utf8
                    continue
                }
                text.append(quote)
                for byte in cell.utf8 {
                    if byte == quote { text.append(quote) }
                    text.append(byte)
                }
                text.append(quote)
            }
            text += "\r\n".utf8
        }
        return text
    }
}

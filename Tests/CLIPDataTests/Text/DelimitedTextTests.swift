import Foundation
import Testing

@testable import CLIPData

@Suite struct DelimitedTextTests {
    private static let comma = UInt8(ascii: ",")
    private static let tab = UInt8(ascii: "\t")

    private func rows(_ text: String, _ delimiter: UInt8 = comma) throws(MalformedText) -> [[String]] {
        try DelimitedText.rows(text.utf8, delimiter: delimiter).map(\.cells)
    }

    @Test func quotedCellsHoldDelimitersMarksAndLineEnds() throws {
        let text = "a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\n\n,\"\"\nlast,1"
        let rows = try DelimitedText.rows(text.utf8, delimiter: Self.comma)
        #expect(rows.map(\.cells) == [["a", "b"], ["x, \"y\"", "two\nlines"], ["", ""], ["last", "1"]])
        #expect(rows.map(\.line) == [1, 2, 5, 6])
    }

    @Test(arguments: [("a,\"b\n", 1), ("a\n\"b\"c,d\n", 2)])
    func brokenQuotesNameTheLine(text: String, line: Int) {
        let error = #expect(throws: MalformedText.self) { try rows(text) }
        #expect(error?.line == line)
    }

    @Test func aReturnInsideQuotesIsKept() throws {
        #expect(try rows("\"a\r\",\"b\r\"\r\nc\r\n") == [["a\r", "b\r"], ["c"]])
    }

    @Test func marksThatDoNotStartACellAreText() throws {
        #expect(try rows("5\" disk, \"x\"\n") == [["5\" disk", " \"x\""]])
        #expect(try rows("a\t5' 10\"\n", Self.tab) == [["a", "5' 10\""]])
        #expect(try rows("\"\",\"\"\"\"\n") == [["", "\""]])
    }

    @Test func carriageReturnsCountOnlyBeforeLineFeeds() throws {
        #expect(try rows("a\rb,\"c\"\r\n\"d\",e\r") == [["a\rb", "c"], ["d", "e"]])
        #expect(throws: MalformedText.self) { try rows("\"a\"\r,b\n") }
    }

    @Test func rowsKnowWhereTheyLie() throws {
        let text = "a,b\r\n\n\"c\n\",d\ne,f"
        let rows = try DelimitedText.rows(text.utf8, delimiter: Self.comma)
        #expect(rows.map(\.line) == [1, 3, 5])
        let bytes = Array(text.utf8)
        #expect(
            rows.map { String(decoding: bytes[$0.range], as: UTF8.self) } == ["a,b\r", "\"c\n\",d", "e,f"]
        )
        // A row that is read by itself is the same.
        for row in rows {
            #expect(
                try DelimitedText.rows(bytes[row.range], delimiter: Self.comma).map(\.cells) == [row.cells]
            )
        }
    }

    @Test func astrayMarksJoinNoRowsOfTabs() throws {
        let text = "image\ttitle\na.png\t\"nice shot\nb.png\tplain\nc.png\t5' 10\"\nd.png\tx\n"
        let error = #expect(throws: MalformedText.self) { try rows(text, Self.tab) }
        #expect(error?.line == 2 && error?.problem.contains("closed on line 4 only") == true)
        // Commas stand in many a caption, so that there the lines prove nothing.
        #expect(try rows("a,\"one\ntwo, three\"\n") == [["a", "one\ntwo, three"]])
        // Lines that could be no rows are a cell's.
        #expect(try rows("a\t\"one\ntwo\"\n", Self.tab) == [["a", "one\ntwo"]])
    }

    @Test(arguments: [
        ("a\tb\n\"nice\" shot\tx\n", 2, "text follows a closing quotation mark"),
        ("a\tb\n\"nice\nshot\" x\ty\n", 3, "which was opened on line 2"),
        ("a\tb\nx\ty\n\"nice shot\tx\ny\tz\n", 3, "never closed"),
    ])
    func brokenQuotesAreExplained(text: String, line: Int, problem: String) {
        let error = #expect(throws: MalformedText.self) { try rows(text, Self.tab) }
        #expect(
            error?.line == line && error?.problem.contains(problem) == true,
            "\(String(describing: error))"
        )
    }

    @Test(arguments: ["a,b\n\"xxxxxxxxxxxx\n\",c\n", "a,b\nxxxxxxxxxxxx,c\n", "a,b\n\"xxxxxxxx\",c\n"])
    func longRowsAreRefused(text: String) throws {
        try Array(text.utf8).withUnsafeBytes { bytes throws in
            var reader = DelimitedText(bytes, delimiter: Self.comma, longestRow: 11)
            #expect(try reader.next()?.cells == ["a", "b"])
            let error = #expect(throws: MalformedText.self) { try reader.next() }
            #expect(error?.line == 2 && error?.problem.contains("longer than 11 bytes") == true)
        }
    }

    @Test func longLinesAreRefusedAndTheNextIsRead() throws {
        try Array("xxxxxx\n \r\nb\r\n".utf8).withUnsafeBytes { bytes throws in
            var lines = LineScanner(bytes, longest: 4)
            #expect(throws: MalformedText(line: 1, problem: "the row is longer than 4 bytes")) {
                try lines.next()
            }
            #expect(try lines.next() == LineScanner.Line(number: 3, range: 10..<12))
            #expect(try lines.next() == nil)
        }
    }
}

import Foundation
import Testing

@testable import CLIPData

@Suite struct CaptionFileTests {
    let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func open(
        _ content: String,
        _ name: String = "c.jsonl",
        join: CaptionJoin = .key,
        columns: [String] = [],
        joinColumn: String? = nil,
        isMulti: Bool = false
    ) throws -> CaptionFile {
        try directory.write(Array(content.utf8), name)
        return try CaptionFile.open(
            CaptionFileSettings(
                paths: ["\(directory.path)/\(name)"],
                join: join,
                columns: columns,
                joinColumn: joinColumn,
                isMulti: isMulti
            )
        )
    }

    @Test func readsJSONLines() throws {
        let file = try open(
            """
            {"key": "a", "caption": " a red\\u0020b\\u00e4ll\\ud83d\\ude00 ", "size": [1, {"x": []}], "ok": true}

            {"id": 3, "key": 17, "caption": ["one", null, "two"]}\r
            {"caption": null, "key": "b/c.d"}
            """
        )
        #expect(file.rowCount == 3 && file.wasBuilt)
        #expect(try file.texts(for: "a") == ["a red bäll😀"])
        #expect(try file.texts(for: "17") == ["one", "", "two"])
        #expect(try file.texts(for: "b/c.d") == [""])
        #expect(try file.texts(for: "A") == [])
    }

    @Test(arguments: [("c.csv", ","), ("c.tsv", "\t")])
    func readsTables(name: String, separator: String) throws {
        let rows = [
            ["url", "coco", "bard"], ["http://x/1", "\"one\nline, \"\"two\"\"\"", " b "],
            ["http://x/2", "", "last"],
        ]
        let text =
            "\u{FEFF}" + rows.map { $0.joined(separator: separator) }.joined(separator: "\r\n") + "\n\n"
        let file = try open(text, name, join: .url, columns: ["bard", "coco"])
        #expect(try file.texts(for: "http://x/1") == ["b", "one\nline, \"two\""])
        #expect(try file.texts(for: "http://x/2") == ["last", ""])
        #expect(file.rowCount == 2)
    }

    @Test func joinsSeveralFiles() throws {
        for number in 0..<3 {
            let rows = (0..<50).map {
                #"{"image_id": "\#(number * 50 + $0)", "text": "t \#(number * 50 + $0)"}"#
            }
            try directory.write(Array(rows.joined(separator: "\n").utf8), "part-\(number).jsonl")
        }
        let settings = CaptionFileSettings(paths: ["\(directory.path)/part-*"])
        for built in [true, false] {
            // The second time the table lies beside the files, and the glob must not take it for one of them.
            let file = try CaptionFile.open(settings)
            #expect(file.wasBuilt == built && file.rowCount == 150)
            for key in 0..<150 { #expect(try file.texts(for: "\(key)") == ["t \(key)"]) }
        }
    }

    @Test func equalRowsCountOnceAndOthersMustBeWanted() throws {
        let same = #"{"key": "a", "caption": "x"}"#
        let other = #"{"key": "a", "caption": "y"}"#
        let file = try open([same, same].joined(separator: "\n"))
        #expect(file.rowCount == 1 && file.repeatedRowCount == 1)
        #expect(throws: CaptionFileError.self) { try open([same, same, other].joined(separator: "\n")) }
        do {
            _ = try open([same, "", other].joined(separator: "\n"))
        } catch let error as CaptionFileError {
            #expect(
                error.description.contains("c.jsonl' line 1 and ") && error.description.contains("line 3.")
            )
        }
        let multi = try open([same, other, same].joined(separator: "\n"), isMulti: true)
        #expect(try multi.texts(for: "a") == ["x", "y"])
    }

    @Test func collisionsAreToldApartByTheText() throws {
        let rows = (0..<40).map { #"{"key": "k\#($0)", "caption": "t\#($0)"}"# }.joined(separator: "\n")
        try directory.write(Array(rows.utf8), "c.jsonl")
        let settings = CaptionFileSettings(paths: [directory.path + "/c.jsonl"])
        let file = try CaptionFile.open(settings, hash: { UInt64($0.utf8.count) << 60 }, checkedBytes: 0)
        for key in 0..<40 { #expect(try file.texts(for: "k\(key)") == ["t\(key)"]) }
        #expect(try file.texts(for: "k99") == [])
        #expect(file.rowCount == 40)
    }

    @Test func recordsAreSortedWhateverTheHashes() {
        for shift in [0, 20, 60] as [UInt64] {
            var random = CounterRandom(seed: shift, purpose: .order)
            var records = (0..<3000).map {
                CaptionRecord(hash: random.next() >> shift, file: 3, range: $0..<$0 + 1)
            }
            let expected = records.sorted(by: <)
            records.withUnsafeMutableBufferPointer { CaptionRecord.sort($0) }
            #expect(records == expected)
        }
    }

    @Test(arguments: [
        ("", "c.jsonl", "holds no rows"),
        ("\n \n", "c.jsonl", "holds no rows"),
        ("key,caption\n", "c.csv", "holds no rows"),
        ("[{}]", "c.json", "one JSON array"),
        ("PAR1xxxx", "c.parquet", "Parquet"),
        ("\u{1F}\u{8B}", "c.txt", "none of the formats"),
        (
            "{\"key\": \"a\", \"caption\": \"x\"}\n{\"key\": \"b\", \"caption\": \"x\"\n", "c.jsonl",
            "line 2: byte"
        ),
        (
            "{\"key\": \"a\", \"caption\": \"x\"}\n{\"caption\": \"x\"}", "c.jsonl",
            "line 2: there is no 'key'; found 'caption'"
        ),
        ("{\"key\": \"a\", \"caption\": {\"x\": 1}}", "c.jsonl", "line 1: 'caption' is an object"),
        ("{\"key\": \"a\", \"caption\": 3}", "c.jsonl", "line 1: 'caption' is the number 3"),
        ("{\"key\": \"\", \"caption\": \"x\"}", "c.jsonl", "line 1: 'key' is blank"),
        (
            "{\"name\": \"a\", \"caption\": \"x\"}", "c.jsonl",
            "found 'name', 'caption'. Name it with `joinColumn`"
        ),
        ("{\"key\": \"a\", \"words\": \"x\"}", "c.jsonl", "found 'key', 'words'. Name it with `column`"),
        ("{\"key\": \"a\", \"caption\": \"x\", \"text\": \"y\"}", "c.jsonl", "needs one column for captions"),
        ("key,caption\na,b\nc\n", "c.csv", "line 3: there is 1 cell, expected 2"),
        ("key,caption\na,\"b\n\nc,d\n", "c.csv", "line 2: a quotation mark is never closed"),
        ("key,caption\na,\"b\nx\" y\n", "c.csv", "line 3: text follows a closing"),
        ("key,key\na,b\n", "c.csv", "line 1: two columns have one name"),
    ])
    func saysWhatIsWrong(content: String, name: String, message: String) throws {
        do {
            _ = try open(content, name)
            Issue.record("no error for \(content)")
        } catch let error as CaptionFileError {
            #expect(error.description.contains(message), "\(error)")
            #expect(error.description.contains(directory.path))
        }
        // Nothing half made is left beside the file.
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [name])
    }

    @Test func aColumnThatNoRowHasIsNamed() throws {
        let rows = [#"{"key": "a", "one": "x"}"#, #"{"key": "b", "two": "y", "rewrite": "z"}"#]
        let text = rows.joined(separator: "\n")
        // Each is in one row, if not in the first.
        #expect(try open(text, columns: ["one", "two"]).texts(for: "b") == ["", "y"])
        let error = #expect(throws: CaptionFileError.self) {
            try open(text, columns: ["one", "rewirte", "two"])
        }
        let words = error?.description ?? ""
        let path = directory.path + "/c.jsonl"
        #expect(
            words == "No row of '\(path)' has the column 'rewirte', which `column` names; "
                + "found 'key', 'one', 'two', 'rewrite'. Did you mean 'rewrite'? Correct `column`."
        )
    }

    @Test func aColumnThatNoRowOfSeveralFilesHasIsNamed() throws {
        for name in ["0", "1", "2"] {
            try directory.write(Array(#"{"key": "\#(name)", "one": "x"}"#.utf8), "\(name).jsonl")
        }
        let error = #expect(throws: CaptionFileError.self) {
            try CaptionFile.open(
                CaptionFileSettings(paths: ["\(directory.path)/{0..2}.jsonl"], columns: ["one", "other"])
            )
        }
        let words = error?.description ?? ""
        let start = "No row of '\(directory.path)/0.jsonl', nor of the 2 other files, has the column 'other'"
        #expect(words.hasPrefix(start), "\(words)")
    }

    @Test func aNameInSettingsIsCorrectedNotAskedFor() {
        let text = "key,rewrite\na,b\n"
        for (columns, join, setting, near) in [
            (["rewirte"], nil, "column", "rewrite"), (["rewrite"], "keys", "joinColumn", "key"),
        ] as [([String], String?, String, String)] {
            let error = #expect(throws: CaptionFileError.self) {
                try open(text, "c.csv", columns: columns, joinColumn: join)
            }
            let words = error?.description ?? ""
            #expect(
                words.hasSuffix(
                    "', which `\(setting)` names; found 'key', 'rewrite'. Did you mean '\(near)'? Correct `\(setting)`."
                ),
                "\(words)"
            )
        }
    }

    @Test func refusesBytesThatAreNoText() throws {
        var bytes = Array("{\"key\": \"a\", \"caption\": \"x\"}\n{\"key\": \"b\", \"caption\": \"".utf8)
        bytes += [0xC3, 0x28] + Array("\"}\n".utf8)
        try directory.write(bytes, "c.jsonl")
        #expect(
            throws: CaptionFileError.row(
                path: directory.path + "/c.jsonl",
                line: 2,
                problem:
                    "byte 0xC3 stands where UTF-8 has none; convert it, as with `iconv -f WINDOWS-1252 -t UTF-8`"
            )
        ) { try CaptionFile.open(CaptionFileSettings(paths: [directory.path + "/c.jsonl"])) }
    }

    @Test(arguments: ["c.jsonl", "c.csv"]) func refusesHugeRows(name: String) throws {
        let start =
            name == "c.csv"
            ? "key,caption\na,b\nc,\"" : "{\"key\": \"a\", \"caption\": \"x\"}\n\n{\"key\": \""
        try directory.write(Array(start.utf8) + [UInt8](repeating: 120, count: 101), name)
        let format: CaptionLayout.Format = name == "c.csv" ? .commas : .jsonLines
        var scanner = CaptionScanner(
            try MappedFile(directory.path + "/" + name),
            format: format,
            maximumRow: 100
        )
        do {
            while try scanner.next() != nil {}
            Issue.record("a huge row was read")
        } catch {
            #expect(error.description.contains("line 3: the row is longer than 100 bytes"))
        }
    }

    @Test func hostileRowsEndInErrors() throws {
        let texts = [
            String(repeating: "[", count: 100_000), #"{"a": "\u12"}"#, #"{"a": "\q"}"#, #"{"a" 1}"#,
            #"{"a": tru}"#,
            #"{"a": -}"#, #"{"a": 1} x"#, #"{"a": "b"#, "{\"a\": \"b\n\"}", #"{"a": [1,]}"#, #"{,}"#, "{",
            "{\"a\": " + String(repeating: "{\"a\":", count: 10_000),
        ]
        for text in texts {
            #expect(throws: JSONRow.Malformed.self) {
                try Array(text.utf8).withUnsafeBytes { bytes in
                    var row = JSONRow(bytes)
                    _ = try row.members()
                }
            }
        }
    }
}

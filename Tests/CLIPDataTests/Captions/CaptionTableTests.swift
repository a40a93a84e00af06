import Foundation
import Testing

@testable import CLIPData

@Suite struct CaptionTableTests {
    let directory: TestDirectory
    let settings: CaptionFileSettings

    init() throws {
        directory = try TestDirectory()
        settings = CaptionFileSettings(paths: [directory.path + "/c.jsonl"])
        try write("one")
    }

    private func write(_ text: String, name: String = "c.jsonl") throws {
        let rows = (0..<100).map { #"{"key": "\#($0)", "caption": "\#(text) \#($0)"}"# }
        try directory.write(Array(rows.joined(separator: "\n").utf8), name)
    }

    /// Rows for more than three blocks.
    private func writeMany() throws {
        let rows = (0..<9000).map { #"{"key": "\#($0)", "caption": "t"}"# }
        try directory.write(Array(rows.joined(separator: "\n").utf8), "c.jsonl")
    }

    @Test func isKeptAndMadeAnewWhenTheFileChanges() throws {
        let first = try CaptionFile.open(settings)
        #expect(try !CaptionFile.open(settings).wasBuilt)
        try write("three")
        let second = try CaptionFile.open(settings)
        #expect(second.wasBuilt && second.tablePath == first.tablePath)
        #expect(try second.texts(for: "42") == ["three 42"])
        // As long, but at another time.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 5)],
            ofItemAtPath: directory.path + "/c.jsonl"
        )
        #expect(try CaptionFile.open(settings).wasBuilt)
        #expect(try !CaptionFile.open(settings).wasBuilt)
    }

    @Test func otherSettingsHaveATableOfTheirOwn() throws {
        var other = settings
        other.columns = ["key"]
        let tables = try [settings, other, settings, other].map { try CaptionFile.open($0) }
        #expect(tables.map(\.wasBuilt) == [true, true, false, false])
        #expect(try tables[3].texts(for: "7") == ["7"])
        // One place for two readings is made anew each time, and never read wrongly.
        var placed = (settings, other)
        placed.0.table = directory.path + "/t.captions"
        placed.1.table = directory.path + "/t.captions"
        for _ in 0..<2 {
            #expect(try CaptionFile.open(placed.0).texts(for: "7") == ["one 7"])
            #expect(try CaptionFile.open(placed.1).texts(for: "7") == ["7"])
        }
    }

    @Test func damagedTablesAreMadeAnew() throws {
        let path = try CaptionFile.open(settings).tablePath
        let good = try Data(contentsOf: URL(fileURLWithPath: path))
        var damaged = [good.prefix(64), good.dropLast(3), Data(), good + Data([0])]
        for place in [9, 17, 41, good.count - 5] {
            var copy = good
            copy[place] ^= 1
            damaged.append(copy)
        }
        for content in damaged {
            try Data(content).write(to: URL(fileURLWithPath: path))
            let file = try CaptionFile.open(settings)
            #expect(file.wasBuilt)
            #expect(try file.texts(for: "3") == ["one 3"])
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == good)
        }
    }

    @Test func damagedRecordsAreNeverFollowed() throws {
        let path = try CaptionFile.open(settings).tablePath
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for record in 0..<100 {
            // Offset, file and length of all records; the hashes stay.
            for place in [8, 15, 21] {
                bytes[CaptionTable.headerBytes + record * CaptionTable.recordBytes + place] ^= UInt8(
                    record % 250 + 1
                )
            }
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        // With checksums that fit, too, as an error of our own would leave them.
        try CheckedFile.seal(&bytes, end: bytes.count - 8, sumsWord: 6)
        try bytes.write(to: URL(fileURLWithPath: path))
        let file = try CaptionFile.open(settings)
        #expect(!file.wasBuilt)
        for key in 0..<100 {
            #expect(throws: CaptionFileError.self) { try file.texts(for: "\(key)") }
        }
        // It is made anew without anybody removing it.
        #expect(try CaptionFile.open(settings).texts(for: "3") == ["one 3"])
    }

    @Test func eachBitIsChecked() throws {
        let path = try CaptionFile.open(settings).tablePath
        let good = try Data(contentsOf: URL(fileURLWithPath: path))
        var random = CounterRandom(seed: 8, purpose: .order)
        for number in 0..<200 {
            var copy = good
            let bit = number < 64 ? number : random.index(below: good.count * 8)
            copy[bit / 8] ^= 1 << UInt8(bit % 8)
            try copy.write(to: URL(fileURLWithPath: path))
            let file = try CaptionFile.open(settings)
            #expect(file.wasBuilt, "bit \(bit)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == good)
        }
    }

    @Test func aLargeTableIsCheckedWhereItIsRead() throws {
        try writeMany()
        let path = try CaptionFile.open(settings).tablePath
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[CaptionTable.headerBytes + 70_000] ^= 4
        try bytes.write(to: URL(fileURLWithPath: path))
        let file = try CaptionFile.open(settings, checkedBytes: 0)
        #expect(!file.wasBuilt)
        var found = 0
        var messages: Set<String> = []
        for key in 0..<9000 {
            do {
                found += try file.texts(for: "\(key)").count
            } catch {
                messages.insert(error.description)
            }
        }
        #expect(found > 1000 && found < 8000 && messages.count == 1)
        let expected =
            "its bytes 65664 to 131199 do not have their checksum; start again, and it is made anew"
        #expect(messages.first?.contains(expected) == true)
        #expect(try CaptionFile.open(settings).wasBuilt)
    }

    @Test func aTableThatIsEmptiedWhileItIsOpenIsAnError() throws {
        let file = try CaptionFile.open(settings)
        #expect(truncate(file.tablePath, 0) == 0)
        // All of a small one is in memory.
        #expect(try file.texts(for: "42") == ["one 42"])
        try writeMany()
        let large = try CaptionFile.open(settings, checkedBytes: 0)
        #expect(truncate(large.tablePath, 0) == 0)
        let error = #expect(throws: CaptionFileError.self) {
            for key in 0..<9000 { _ = try large.texts(for: "\(key)") }
        }
        #expect(error?.description.contains("was cut off") == true)
        #expect(try CaptionFile.open(settings).texts(for: "7") == ["t"])
    }

    @Test func doesNotReplaceOtherFiles() throws {
        var placed = settings
        placed.table = directory.path + "/notes.txt"
        try directory.write(Array("my notes".utf8), "notes.txt")
        #expect(throws: CaptionFileError.self) { try CaptionFile.open(placed) }
        #expect(try String(contentsOfFile: directory.path + "/notes.txt", encoding: .utf8) == "my notes")
        placed.table = directory.path
        #expect(throws: CaptionFileError.self) { try CaptionFile.open(placed) }
    }

    @Test func namesPatternsThatMatchNothing() throws {
        for paths in [["/nowhere/*.jsonl"], [directory.path + "/c.jsonl", directory.path + "/d.jsonl"], []] {
            #expect(throws: CaptionFileError.self) { try CaptionFile.open(CaptionFileSettings(paths: paths)) }
        }
    }

    @Test func tooManyRowsOfOneKeyAreRefused() throws {
        let rows = (0...CaptionTableBuilder.maximumRepeats).map { #"{"key": "a", "caption": "t \#($0)"}"# }
        try directory.write(Array(rows.joined(separator: "\n").utf8), "c.jsonl")
        var multi = settings
        multi.isMulti = true
        do {
            _ = try CaptionFile.open(multi)
            Issue.record("no error")
        } catch let error as CaptionFileError {
            #expect(error.description.contains("line 1025: 'a' comes more than 1024 times"))
        }
    }
}

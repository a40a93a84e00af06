import Foundation
import Testing

@testable import CLIPData

/// An index follows the content of its data, and a number never goes to another sample.
@Suite struct IndexContentTests {
    typealias Kind = SourceFixture.Kind
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func index(_ source: SourceFixture) throws -> [UInt8] { try directory.read(source.indexName) }

    @Test(arguments: Kind.allCases)
    func touchedDataIsTheSame(kind: Kind) throws {
        let source = SourceFixture(kind, in: directory)
        try source.write([0, 1, 2])
        let first = try source.open()
        let rows = try first.rows()
        #expect(rows == ["0: 0 caption 0", "1: 1 caption 1", "2: 2 caption 2"])
        #expect(first.index.changes == nil)
        try source.write([0, 1, 2], seconds: 2000)
        let touched = try source.open()
        #expect(try touched.rows() == rows)
        // That is nothing to tell anybody.
        #expect(touched.index.changes == nil)
        #expect((0..<3).map { touched.identity(at: $0) } == (0..<3).map { first.identity(at: $0) })
        // The new time was noted, so that the next opening reads nothing.
        let noted = try index(source)
        #expect(try source.open().rows() == rows && index(source) == noted)
        _ = try ShardIndex.open(ShardList(source.path))
    }

    @Test(arguments: Kind.allCases)
    func aCopiedFolderIsTheSame(kind: Kind) throws {
        let source = SourceFixture(kind, in: directory)
        try source.write([0, 1, 2])
        let first = try source.open()
        try FileManager.default.copyItem(atPath: directory.path + "/d", toPath: directory.path + "/copy")
        // As `cp` without -p leaves them.
        let walk = FileManager.default.enumerator(atPath: directory.path + "/copy")
        while let name = walk?.nextObject() as? String { try directory.touch("copy/\(name)", at: 5000) }
        let path = directory.path + "/copy" + source.name.dropFirst()
        let copy = try ShardDataset.open([path])
        #expect(try copy.rows() == first.rows())
        #expect(copy.index.path == directory.path + "/copy" + source.indexName.dropFirst())
        #expect((0..<3).map { copy.identity(at: $0) } == (0..<3).map { first.identity(at: $0) })
    }

    @Test(arguments: Kind.allCases)
    func aMovedOrLinkedFolderIsTheSame(kind: Kind) throws {
        let source = SourceFixture(kind, in: directory)
        try source.write([0, 1, 2])
        let first = try source.open()
        let (rows, identities) = (try first.rows(), (0..<3).map { first.identity(at: $0) })
        let noted = try index(source)
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/link",
            withDestinationPath: directory.path + "/d"
        )
        let linked = try ShardDataset.open([directory.path + "/link" + source.name.dropFirst()])
        #expect(try linked.rows() == rows && (0..<3).map { linked.identity(at: $0) } == identities)
        try FileManager.default.moveItem(
            atPath: directory.path + "/d",
            toPath: directory.path + "/elsewhere"
        )
        let moved = try ShardDataset.open([directory.path + "/elsewhere" + source.name.dropFirst()])
        #expect(try moved.rows() == rows && (0..<3).map { moved.identity(at: $0) } == identities)
        #expect(try directory.read("elsewhere" + source.indexName.dropFirst()) == noted)
    }

    @Test(arguments: Kind.allCases)
    func anEditThatChangesNoSizeIsTakenUp(kind: Kind) throws {
        let source = SourceFixture(kind, in: directory)
        try source.write([0, 1, 2])
        let first = try source.open()
        try source.write([0, 1, 2], seconds: 2000) { $0 == 1 ? "another 1" : "caption \($0)" }
        let edited = try source.open()
        #expect(try edited.rows() == ["0: 0 caption 0", "1: 1 another 1", "2: 2 caption 2"])
        #expect((0..<3).map { edited.identity(at: $0) } == (0..<3).map { first.identity(at: $0) })
        let changes = try #require(edited.index.changes)
        #expect(changes.editedShards == 1 && changes.editedSamples == 1 && changes.goneSamples == 0)
        #expect(
            "\(changes)" == "of the shards, 1 is edited; samples: 1 changed; all others keep their numbers"
        )
        #expect(edited.summary.changes == changes)
        #expect(try source.open().index.changes == nil)
    }

    @Test(arguments: Kind.allCases)
    func anEditAtTheOldTimeIsFoundByVerifying(kind: Kind) throws {
        let source = SourceFixture(kind, in: directory)
        try source.write([0, 1, 2])
        _ = try source.open()
        try source.write([0, 1, 2]) { $0 == 1 ? "another 1" : "caption \($0)" }
        #expect(try source.open().index.changes == nil)
        let verified = try source.open(verifies: true)
        #expect(verified.index.changes?.editedSamples == 1)
        #expect(try verified.rows()[1] == "1: 1 another 1")
        #expect(try source.open(verifies: true).index.changes == nil)
    }

    /// Fields that an index holds no trace of count, too.
    @Test func anEditOfAnyTextIsNoticed() throws {
        func write(_ text: String, _ seconds: Double) throws {
            try directory.writeShard("d/s.tar", start: 0, count: 2) { _, fields in
                fields.append(("json", "{\"caption\": \"\(text)\"}"))
            }
            try directory.touch("d/s.tar", at: seconds)
        }
        try write("one", 1)
        _ = try ShardDataset.open([directory.path + "/d"])
        try write("two", 2)
        #expect(try ShardDataset.open([directory.path + "/d"]).index.changes?.editedShards == 1)
        try write("two", 3)
        #expect(try ShardDataset.open([directory.path + "/d"]).index.changes == nil)
    }

    @Test(arguments: Kind.allCases)
    func whatIsAppendedComesLast(kind: Kind) throws {
        let source = SourceFixture(kind, in: directory)
        try source.write([3, 4, 5])
        let first = try source.open()
        try source.write([3, 4, 5, 6, 7], seconds: 2000)
        let grown = try source.open()
        #expect(
            try grown.rows() == [
                "0: 3 caption 3", "1: 4 caption 4", "2: 5 caption 5", "3: 6 caption 6", "4: 7 caption 7",
            ]
        )
        #expect((0..<3).map { grown.identity(at: $0) } == (0..<3).map { first.identity(at: $0) })
        #expect(grown.index.changes?.newSamples == 2 && grown.index.changes?.goneSamples == 0)
    }

    @Test(arguments: [Kind.tar, .keyedTable, .jsonl, .folder])
    func samplesThatAreStillThereKeepTheirNumbers(kind: Kind) throws {
        let source = SourceFixture(kind, in: directory)
        try source.write([0, 1, 2, 3, 4])
        let first = try source.open()
        // One is gone, one has a longer caption, and one came between them.
        try source.write([0, 2, 23, 3, 4], seconds: 2000) { $0 == 3 ? "a longer caption" : "caption \($0)" }
        let edited = try source.open()
        let rows = [
            "0: 0 caption 0", "2: 2 caption 2", "3: 3 a longer caption", "4: 4 caption 4", "5: 23 caption 23",
        ]
        #expect(try edited.rows() == rows)
        #expect(
            edited.count == 5 && edited.ordinalCount == 6
                && edited.fieldCounts
                    == ["jpg": 5, "txt": 5].merging(
                        kind == .keyedTable ? ["caption": 5, "key": 5] : kind == .jsonl ? ["json": 5] : [:]
                    ) { $1 }
        )
        #expect(
            (0..<5).map { edited.index.identity(ofOrdinal: $0) } == (0..<5).map { first.identity(at: $0) }
        )
        #expect(edited.index.changes?.goneSamples == 1 && edited.index.changes?.newSamples == 1)
        #expect(edited.blocks.count == 2)
        #expect(try source.open().rows() == rows)
        // What comes back has its number again; an index of several edits is as good as one of one.
        try source.write([0, 1, 2, 3, 4, 23], seconds: 3000)
        let back = try source.open()
        #expect(back.count == 6 && back.ordinalCount == 6)
        #expect(try back.rows() == (0..<5).map { "\($0): \($0) caption \($0)" } + ["5: 23 caption 23"])
        #expect(try back.summary.duplicateKeys == 0 && source.open(verifies: true).index.changes == nil)
    }

    /// The number of a row is no name: the row that has it now is another sample.
    @Test func rowsWithoutKeysGetNewNumbers() throws {
        let source = SourceFixture(.csv, in: directory)
        try source.write([0, 1, 2, 3])
        _ = try source.open()
        try source.write([0, 2, 3], seconds: 2000)
        let edited = try source.open()
        #expect(try edited.rows() == ["0: 0 caption 0", "4: 2 caption 2", "5: 3 caption 3"])
        #expect(edited.ordinalCount == 6)
        try source.write([0, 2, 3], seconds: 3000) { "new \($0)" }
        #expect(try source.open().rows() == ["0: 0 new 0", "4: 2 new 2", "5: 3 new 3"])
    }

    @Test func appendedReplacedAndRemovedShards() throws {
        for shard in 0..<3 { try directory.writeShard("d/\(shard).tar", start: shard * 10, count: 3) }
        let folder = directory.path + "/d"
        #expect(try ShardDataset.open([folder]).index.changes == nil)
        // One is replaced by another of other samples, one is gone, one is new.
        try directory.writeShard("d/0.tar", start: 100, count: 4)
        try directory.remove("d/1.tar")
        try directory.writeShard("d/3.tar", start: 30, count: 2)
        let data = try ShardDataset.open([folder])
        #expect(
            try data.rows() == [
                "11: 100 caption 100", "12: 101 caption 101", "13: 102 caption 102", "14: 103 caption 103",
                "6: 20 caption 20", "7: 21 caption 21", "8: 22 caption 22", "9: 30 caption 30",
                "10: 31 caption 31",
            ]
        )
        #expect(
            data.index.changes?.description
                == "of the shards, 1 is new, 1 is edited; samples: 6 came, 3 went; all others keep their numbers"
        )
        // A shard that comes back is known.
        try directory.writeShard("d/1.tar", start: 10, count: 3)
        let back = try ShardDataset.open([folder])
        #expect(try back.rows()[4...6] == ["3: 10 caption 10", "4: 11 caption 11", "5: 12 caption 12"])
    }

    @Test func theResultDoesNotDependOnThreads() throws {
        for shard in 0..<9 { try directory.writeShard("d/\(shard).tar", start: shard * 10, count: 5) }
        _ = try ShardDataset.open([directory.path + "/d"])
        for shard in 0..<9 {
            try directory.writeShard("d/\(shard).tar", start: shard * 10 + shard % 3, count: 5)
        }
        try directory.writeShard("d/04a.tar", start: 200, count: 2)
        let before = try directory.read("d/index.clipidx")
        let after = try [1, 4].map { threads in
            try directory.write(before, "d/index.clipidx")
            let options = IndexOptions(threads: threads)
            let data = try ShardDataset.open([directory.path + "/d"], options: options)
            return (try data.rows(), try directory.read("d/index.clipidx"))
        }
        #expect(after[0].0 == after[1].0 && after[0].1 == after[1].1)
        #expect(after[0].0.count == 47)
    }
}

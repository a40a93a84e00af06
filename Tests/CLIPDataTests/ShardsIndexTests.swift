import Foundation
import Testing

@testable import CLIPData

@Suite struct ShardsIndexTests {
    @Test func indexesAndReadsSamples() throws {
        let directory = try TestDirectory()
        try directory.writeShard("00.tar", start: 0, count: 5)
        try directory.writeShard("01.tar", start: 5, count: 3) { sample, fields in
            if sample == 6 { fields.remove(at: 1) }
        }
        let data = try ShardDataset.open([directory.path])
        #expect(data.count == 8)
        #expect(data.fieldCounts == ["jpg": 8, "txt": 7])
        #expect((0..<8).map { data.ordinal(at: $0) } == Array(0..<8))
        #expect(Set((0..<8).map { data.identity(at: $0) }).count == 8)
        #expect(try data.field("txt", at: 7)?.text == "caption 7")
        #expect(try data.field("txt", at: 6) == nil)
        #expect(try data.field("png", at: 6) == nil)
        #expect(data.label(at: 5) == SampleLabel(key: "s5", shard: directory.path + "/01.tar"))
        let summary = data.summary
        #expect(summary.samples == 8 && summary.shards == 2 && summary.fields == ["jpg": 8, "txt": 7])
        #expect(summary.index == directory.path + "/index.clipidx")
    }

    @Test func theResultDoesNotDependOnThreads() throws {
        let directory = try TestDirectory()
        for shard in 0..<9 { try directory.writeShard("\(shard).tar", start: shard * 10, count: shard + 1) }
        let shards = try ShardList(directory.path)
        for threads in [1, 4] {
            _ = try ShardIndex.openOrBuild(
                shards,
                at: "\(directory.path)/\(threads).clipidx",
                options: IndexOptions(threads: threads)
            )
        }
        let files = try [1, 4].map {
            try Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/\($0).clipidx"))
        }
        #expect(files[0] == files[1])
    }

    @Test func growsWithoutRenumbering() throws {
        let directory = try TestDirectory()
        try directory.writeShard("05.tar", start: 50, count: 4)
        let first = try ShardDataset.open([directory.path])
        let identities = (0..<4).map { first.identity(at: $0) }
        try directory.writeShard("01.tar", start: 10, count: 3)
        let grown = try ShardDataset.open([directory.path])
        #expect(grown.count == 7 && grown.ordinalCount == 7)
        // 01.tar comes first in the list, but its ordinals come last.
        #expect((0..<7).map { grown.ordinal(at: $0) } == [4, 5, 6, 0, 1, 2, 3])
        #expect((3..<7).map { grown.identity(at: $0) } == identities)
        let part = try ShardDataset.open([directory.path + "/01.tar"])
        #expect(part.count == 3 && part.ordinal(at: 0) == 4 && part.ordinalCount == 7)
        #expect(try part.field("txt", at: 2)?.text == "caption 12")
    }

    @Test func changesUnderAnOpenDataSetAreNamed() throws {
        let directory = try TestDirectory()
        try directory.writeShard("0.tar", start: 0, count: 4)
        let shards = try ShardList(directory.path)
        let missing = #expect(throws: ShardError.self) { try ShardIndex.open(shards) }
        #expect("\(try #require(missing))".contains("there is no such file"))
        _ = try ShardIndex.openOrBuild(shards)
        _ = try ShardIndex.open(shards)
        let longer = try ShardDataset.open([directory.path])
        let touched = try ShardDataset.open([directory.path])
        try directory.touch("0.tar", at: 1_000_000)
        // Only what differs is said.
        let time = #expect(throws: ShardError.self) { try touched.field("txt", at: 0) }
        #expect(
            "\(try #require(time))".contains("0.tar' has another modification time than it had, and as many")
        )
        // Nothing is written by this, and the content is what it was.
        let accepted = try ShardDataset(shards, index: ShardIndex.open(shards))
        #expect(try accepted.field("txt", at: 3)?.text == "caption 3")
        try directory.writeShard("0.tar", start: 0, count: 30)
        let size = #expect(throws: ShardError.self) { try longer.field("txt", at: 0) }
        #expect("\(try #require(size))".contains("0.tar' has 62464 bytes and had 9216"))
        let other = #expect(throws: ShardError.self) { try ShardIndex.open(shards) }
        #expect("\(try #require(other))".contains("has other content"))
        #expect(try ShardIndex.openOrBuild(shards).sampleCount == 30)
        #expect(try ShardIndex.open(shards).sampleCount == 30)
    }

    @Test func replacesNoForeignFile() throws {
        let directory = try TestDirectory()
        try directory.writeShard("0.tar", start: 0, count: 4)
        try directory.write(Array("precious words".utf8), "notes.txt")
        let shards = try ShardList(directory.path)
        let path = directory.path + "/notes.txt"
        #expect(throws: ShardError.foreignIndex(path: path)) {
            try ShardIndex.openOrBuild(shards, at: path, options: IndexOptions(rebuilds: true))
        }
        #expect(throws: ShardError.self) { try ShardIndex.openOrBuild(shards, at: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("precious words".utf8))
    }

    // Root may write everywhere; `IndexPlaceTests` has the same without the system's help.
    @Test(.enabled(if: getuid() != 0)) func readsShardsInAReadOnlyFolder() throws {
        let directory = try TestDirectory()
        try directory.writeShard("0.tar", start: 0, count: 4)
        let manager = FileManager.default
        try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: directory.path)
        defer { try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path) }
        let data = try ShardDataset.open([directory.path])
        defer { try? manager.removeItem(atPath: data.index.path) }
        #expect(!manager.fileExists(atPath: directory.path + "/index.clipidx"))
        try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path)
        let beside = try ShardDataset.open([directory.path])
        #expect(beside.index.path == directory.path + "/index.clipidx")
        #expect((0..<4).map { data.identity(at: $0) } == (0..<4).map { beside.identity(at: $0) })
        #expect(try data.field("txt", at: 2)?.text == "caption 2")
    }

    @Test func reportsDamagedShards() throws {
        let directory = try TestDirectory()
        try directory.writeShard("0.tar", start: 0, count: 4)
        let whole = try Data(contentsOf: URL(fileURLWithPath: directory.path + "/0.tar"))
        try directory.write([UInt8](whole[..<(512 * 13)]), "0.tar")
        let shards = try ShardList(directory.path)
        let error = #expect(throws: ShardError.self) { try ShardIndex.openOrBuild(shards) }
        #expect("\(try #require(error))".contains("byte 6144") == true)
        let kept = try ShardIndex.openOrBuild(shards, options: IndexOptions(keepsReadable: true))
        let data = try ShardDataset(shards, index: kept)
        // The third sample might have had more fields behind the damage, so it does not count.
        #expect(data.count == 2)
        #expect(data.summary.damage.count == 1)
    }

    @Test func tellsTwoSamplesWithOneKeyApart() throws {
        let directory = try TestDirectory()
        var tar = TestTar()
        for name in ["a.jpg", "a.txt", "b.txt", "a.jpg", "a.txt"] { tar.add(name, name) }
        try directory.write(tar.closed, "0.tar")
        let data = try ShardDataset.open([directory.path])
        #expect(data.count == 3 && data.summary.duplicateKeys == 1)
        #expect(data.identity(at: 0) != data.identity(at: 2))
    }

    @Test func anEmptyDataSetIsAnError() throws {
        let directory = try TestDirectory()
        try directory.write(TestTar().closed, "0.tar")
        #expect(throws: ShardError.self) { try ShardDataset.open([directory.path]) }
    }

    @Test func namesTheFieldsThatWereFound() throws {
        let directory = try TestDirectory()
        try directory.writeShard("0.tar", start: 0, count: 4) { _, fields in fields[1].suffix = "caption" }
        let data = try ShardDataset.open([directory.path])
        let error = #expect(throws: ShardError.self) { try data.require(["txt"], purpose: "a caption") }
        #expect(
            error
                == .fields(
                    expected: ["txt"],
                    purpose: "a caption",
                    found: ["caption": 4, "jpg": 4],
                    samples: 4
                )
        )
        #expect("\(try #require(error))".contains("expected 'txt', found 'caption' (4×), 'jpg' (4×)"))
    }

    @Test func namesPathsFromTheIndex() {
        #expect(FilePath.relative("/a/b/c.tar", to: "/a/b") == "c.tar")
        #expect(FilePath.relative("/a/x/c.tar", to: "/a/b/d") == "../../x/c.tar")
        #expect(FilePath.relative("/c.tar", to: "/") == "c.tar")
        #expect(FilePath.absolute("/a/./b/../c//d") == "/a/c/d")
    }
}

import Foundation
import LocalFiles
import Testing

@testable import CLIPData

/// Indexes, tables and packed folders of other versions.
@Suite struct FormatNumberTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    /// Changes the number in a header of sixteen words, the last of which is their checksum.
    private func setNumber(_ number: UInt64, in path: String) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        withUnsafeBytes(of: number.littleEndian) { data.replaceSubrange(8..<16, with: $0) }
        let sum = data.prefix(120).withUnsafeBytes { StableHash.of($0) }
        withUnsafeBytes(of: sum.littleEndian) { data.replaceSubrange(120..<128, with: $0) }
        try data.write(to: URL(fileURLWithPath: path))
    }

    private func shard() throws -> ShardList {
        let path = directory.path + "/a.tar"
        var writer = try TarWriter(creating: path)
        try writer.append(name: "a.txt", content: Array("a text".utf8))
        _ = try writer.finish()
        return try ShardList([path])
    }

    @Test(
        arguments: [(1, "an older", "reads 2 to 3"), (4, "a newer", "reads up to 3")]
            as [(UInt64, String, String)]
    )
    func anIndexOfAnotherVersion(number: UInt64, age: String, readable: String) throws {
        let shards = try shard()
        let path = directory.path + "/i.clipidx"
        _ = try ShardIndex.openOrBuild(shards, at: path)
        try setNumber(number, in: path)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        var uses = [{ _ = try ShardIndex(path: path) }]
        if number > 3 { uses.append { _ = try ShardIndex.openOrBuild(shards, at: path) } }
        for use in uses {
            let error = #expect(throws: ShardError.self, performing: use)
            guard case .indexFormat = error, let text = error?.description else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(text.contains("'\(path)' was written by \(age) version of swift-clip (format \(number);"))
            #expect(text.contains(readable))
            #expect(text.contains("clip data index --rebuild"))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        // An older one only repeats what the shards say.
        let made = try ShardIndex.openOrBuild(shards, at: path, options: IndexOptions(rebuilds: number > 3))
        #expect(made.sampleCount == 1)
        let told =
            "the index was made anew, since it was of format 1, which is too old; samples are numbered again"
        #expect(made.changes?.description.hasPrefix(told) == (number > 3 ? nil : true))
    }

    @Test func aTableOfANewerVersionIsNotReplaced() throws {
        try directory.write(Array(#"{"key": "a", "caption": "b"}"#.utf8), "c.jsonl")
        let settings = CaptionFileSettings(paths: [directory.path + "/c.jsonl"])
        let path = try CaptionFile.open(settings).tablePath
        try setNumber(3, in: path)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = #expect(throws: CaptionFileError.self) { try CaptionFile.open(settings) }
        #expect(
            error?.description.contains("a newer version of swift-clip (format 3; this build reads up to 2)")
                == true
        )
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        // What an older version made is only a repetition of the file.
        try setNumber(1, in: path)
        #expect(try CaptionFile.open(settings).wasBuilt)
    }

    @Test func aPackedFolderOfANewerVersionIsNotReplaced() throws {
        let fixture = try PackFixture()
        try fixture.picture("p.png", seed: 1)
        var configuration = try fixture.configuration([#"{"image": "p.png", "caption": "a picture"}"#])
        _ = try ShardPacker(configuration).run()
        configuration.force = true
        let manifest = URL(fileURLWithPath: fixture.output + "/manifest.json")
        let text = try String(contentsOf: manifest, encoding: .utf8)
        #expect(text.contains("\"swift-clip shards 1\""))
        try Data(text.replacing("swift-clip shards 1", with: "swift-clip shards 2").utf8).write(to: manifest)
        let error = #expect(throws: UnreadableFormat.self) { try ShardPacker(configuration).run() }
        #expect(error?.description.hasSuffix("update swift-clip, or choose another folder.") == true)
        try Data(text.utf8).write(to: manifest)
        _ = try ShardPacker(configuration).run()
    }
}

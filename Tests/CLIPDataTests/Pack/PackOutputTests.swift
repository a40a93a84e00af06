import Crypto
import Foundation
import Synchronization
import Testing

@testable import CLIPData

@Suite struct PackOutputTests {
    private func fixture(pictures: Int) throws -> (PackFixture, ShardPacker.Configuration) {
        let fixture = try PackFixture()
        let lines = try (0..<pictures).map { number in
            try fixture.picture("p\(number).png", seed: number)
            return
                #"{"image": "p\#(number).png", "captions": {"keywords": "k\#(number)", "title": "t\#(number)"}}"#
        }
        return (fixture, try fixture.configuration(lines))
    }

    private func content(_ path: String) throws -> Data {
        try #require(FileManager.default.contents(atPath: path))
    }

    @Test func shardsFitTheManifest() throws {
        var (fixture, configuration) = try fixture(pictures: 7)
        configuration.samplesPerShard = 3
        let steps = Mutex<[PackProgress]>([])
        let report = try ShardPacker(configuration).run { step in steps.withLock { $0.append(step) } }
        #expect(steps.withLock(\.last) == PackProgress(done: 7, total: 7))
        #expect(report.shards.map(\.path) == ["00000.tar", "00001.tar", "00002.tar"])
        #expect(report.shards.map(\.samples) == [3, 3, 1])
        #expect(report.fields == ["png": 7, "txt": 7, "keywords.txt": 7])
        for shard in report.shards {
            let data = try content(fixture.output + "/" + shard.path)
            #expect(data.count == shard.bytes)
            #expect(SHA256.hash(data: data).description == "SHA256 digest: " + shard.sha256)
        }
        let manifest = try content(fixture.output + "/manifest.json")
        #expect(try JSONDecoder().decode(PackReport.self, from: manifest) == report)
        let members = try fixture.members("00001.tar")
        #expect(members.prefix(3).map(\.name) == ["p3.png", "p3.txt", "p3.keywords.txt"])
        #expect(
            members.prefix(3).dropFirst().map { String(decoding: $0.content, as: UTF8.self) } == ["t3", "k3"]
        )
    }

    @Test func equalInputGivesEqualBytes() throws {
        var (fixture, configuration) = try fixture(pictures: 9)
        configuration.threads = 1
        _ = try ShardPacker(configuration).run()
        let first = try content(fixture.output + "/00000.tar")
        configuration.threads = 3
        configuration.force = true
        _ = try ShardPacker(configuration).run()
        #expect(try content(fixture.output + "/00000.tar") == first)
    }

    @Test func theBenchmarkLayoutCountsItsShards() throws {
        var (fixture, configuration) = try fixture(pictures: 3)
        configuration.samplesPerShard = 2
        configuration.layout = .benchmark
        configuration.joinCaptions = true
        let report = try ShardPacker(configuration).run()
        #expect(report.shards.map(\.path) == ["test/0.tar", "test/1.tar"])
        #expect(try content(fixture.output + "/test/nshards.txt") == Data("2\n".utf8))
        let members = try fixture.members("test/0.tar")
        #expect(members.prefix(4).map(\.name) == ["p0.png", "p0.txt", "p0.title.txt", "p0.keywords.txt"])
        #expect(members[1].content == Array("t0\nk0".utf8))
    }

    @Test func nothingIsLost() throws {
        var (fixture, configuration) = try fixture(pictures: 1)
        try FileManager.default.createDirectory(atPath: fixture.output, withIntermediateDirectories: true)
        let mine = fixture.output + "/mine.txt"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: mine))
        #expect(throws: PackError.outputNotEmpty(path: fixture.output, first: "mine.txt")) {
            try ShardPacker(configuration).run()
        }
        configuration.force = true
        #expect(throws: PackError.outputForeign(path: fixture.output)) {
            try ShardPacker(configuration).run()
        }
        #expect(try content(mine) == Data("mine".utf8))
        configuration.output = fixture.folder + "/in"
        #expect(throws: PackError.inputInsideOutput(input: configuration.input, output: configuration.output))
        {
            try ShardPacker(configuration).run()
        }
    }

    @Test func failureLeavesTheEarlierShards() throws {
        var (fixture, configuration) = try fixture(pictures: 2)
        _ = try ShardPacker(configuration).run()
        let before = try content(fixture.output + "/00000.tar")
        configuration.force = true
        configuration.minimumSide = 100
        #expect(throws: PackError.nothingLeft(path: configuration.input, drops: ["tooSmall": 2])) {
            try ShardPacker(configuration).run()
        }
        #expect(try content(fixture.output + "/00000.tar") == before)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.folder).sorted() == ["in", "out"]
        )
    }

    @Test func settingsHaveRanges() {
        var configuration = ShardPacker.Configuration(input: "a", output: "b")
        configuration.samplesPerShard = 0
        #expect(throws: PackError.setting(name: "--shard-size", found: 0, expected: "1 or more")) {
            try ShardPacker(configuration)
        }
        configuration.samplesPerShard = 1
        configuration.maximumSide = 4
        #expect(throws: PackError.self) { try ShardPacker(configuration) }
    }
}

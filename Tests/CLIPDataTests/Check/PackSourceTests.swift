import Foundation
import Testing

@testable import CLIPData

@Suite struct PackSourceTests {
    private typealias Fixture = CheckFixture

    private func pack(
        _ fixture: CheckFixture,
        _ change: (inout ShardPacker.Configuration) -> Void = { _ in }
    ) throws -> (report: PackReport, members: [(name: String, content: [UInt8])]) {
        var configuration = ShardPacker.Configuration(
            input: fixture.directory.path,
            output: fixture.directory.path + "-out"
        )
        configuration.force = true
        configuration.imageFormat = .keep
        change(&configuration)
        defer { try? FileManager.default.removeItem(atPath: configuration.output) }
        let report = try ShardPacker(configuration).run(fixture.open())
        let members = try report.shards.flatMap { shard in
            try PlainTar.members(
                [UInt8](Data(contentsOf: URL(fileURLWithPath: configuration.output + "/" + shard.path)))
            )
        }
        return (report, members)
    }

    @Test func goodSamplesKeepAllTheirFields() throws {
        let fixture = try Fixture()
        let png = try Fixture.png(Fixture.picture(1))
        let lines = Fixture.text("one caption\nand another\n")
        try fixture.write([
            Fixture.sample(
                "a",
                ("json", Fixture.text("{\"n\": 1}")),
                ("png", png),
                ("txt", lines),
                ("title.txt", Fixture.text("a title")),
                ("cls", [7, 255])
            ),
            Fixture.sample("cut", ("png", Array(png.dropLast(60))), ("txt", lines)),
            Fixture.sample("mute", ("png", png)),
            Fixture.sample("imageless", ("txt", lines)),
        ])
        let (report, members) = try pack(fixture)
        #expect(report.candidates == 4 && report.samples == 1)
        #expect(report.drops == ["damaged": 1, "noCaption": 1, "missing": 1])
        #expect(members.map(\.name) == ["a.png", "a.txt", "a.cls", "a.json", "a.title.txt"])
        #expect(members[0].content == png && members[1].content == lines && members[2].content == [7, 255])
    }

    /// The same picture with transparency, without it, and on white: which two are equal is a matter of reading.
    @Test func duplicatesAreThoseOfTheCheck() throws {
        let fixture = try Fixture()
        let bytes = try ImageFixtures.bytes("rgba.png")
        func without(_ alpha: ImageDecoder.Alpha) throws -> [UInt8] {
            try Fixture.png(ImageDecoder(alpha: alpha).decode(bytes))
        }
        let words = ("txt", Fixture.text("a picture"))
        try fixture.write([
            Fixture.sample("clear", ("png", bytes), words),
            Fixture.sample("drop", ("png", try without(.drop)), words),
            Fixture.sample("white", ("png", try without(.white)), words),
        ])
        for alpha in ImageDecoder.Alpha.allCases {
            let pixels = try fixture.check { $0.alpha = alpha }.duplicates.imagePixels
            #expect(pixels.extra == 1 && pixels.largest[0].examples.map(\.key) == ["clear", alpha.rawValue])
            #expect(try pack(fixture) { $0.alpha = alpha }.report.examples["duplicate"] == [alpha.rawValue])
        }
        #expect(try fixture.check().duplicates.imagePixels.largest[0].examples.last?.key == "drop")
        #expect(try pack(fixture).report.examples["duplicate"] == ["drop"])
        // What is written anew has no alpha channel, and stands on white unless told otherwise.
        func anew(_ alpha: ImageDecoder.Alpha?) throws -> [String]? {
            try pack(fixture) { ($0.imageFormat, $0.alpha) = (.png, alpha) }.report.examples["duplicate"]
        }
        #expect(try anew(nil) == ["white"] && anew(.white) == ["white"] && anew(.drop) == ["drop"])
        #expect(try pack(fixture) { $0.maximumSide = 32 }.report.examples["duplicate"] == ["white"])
    }

    @Test func anotherFieldBecomesTheCaption() throws {
        let fixture = try Fixture()
        func sample(_ key: String, _ number: Int, _ json: String) throws -> CheckFixture.Sample {
            Fixture.sample(
                key,
                ("png", try Fixture.png(Fixture.picture(number))),
                ("txt", Fixture.text("old")),
                ("title.txt", Fixture.text("title")),
                ("json", Fixture.text(json))
            )
        }
        try fixture.write([try sample("a", 1, "{\"caption\": \" new \"}"), try sample("b", 2, "{oops")])
        let (_, members) = try pack(fixture) { $0.shardCaptions = ["json:caption", "title.txt"] }
        let texts = Dictionary(
            uniqueKeysWithValues: members.map { ($0.name, String(decoding: $0.content, as: UTF8.self)) }
        )
        #expect(
            texts["a.txt"] == "new" && texts["a.original.txt"] == "old" && texts["a.title.txt"] == "title"
        )
        #expect(texts["b.txt"] == "title" && texts["b.original.txt"] == "old" && texts["b.title.txt"] == nil)
        #expect(texts["b.json"] == "{oops")
        let joined = try pack(fixture) {
            $0.shardCaptions = ["txt", "title.txt"]
            $0.joinCaptions = true
        }
        #expect(joined.members.first { $0.name == "a.txt" }?.content == Fixture.text("old\ntitle"))
        #expect(throws: ShardError.self) { try pack(fixture) { $0.shardCaptions = ["caption"] } }
    }

    @Test func duplicatesAreDroppedAndKeysStayApart() throws {
        let fixture = try Fixture()
        let picture = Fixture.picture(1, width: 160, height: 120)
        let png = try Fixture.png(picture)
        let jpeg = try ImageEncoder.jpeg(quality: 70).encode(picture)
        let caption = ("txt", Fixture.text("one picture"))
        try fixture.write([
            Fixture.sample("a", ("png", png), caption, ("json", Fixture.text("{\"n\": 1}"))),
            Fixture.sample("b", ("png", png), caption, ("json", Fixture.text("{\"n\": 2}"))),
            Fixture.sample("c", ("jpg", jpeg), caption), try Fixture.good(5, key: "k"),
            try Fixture.good(6, key: "m"), try Fixture.good(7, key: "k"),
        ])
        let plain = try pack(fixture)
        #expect(plain.report.drops == ["duplicate": 1] && plain.report.samples == 5)
        let near = try [1, 3].map { threads in
            try pack(fixture) {
                $0.nearDistance = 4
                $0.threads = threads
                $0.samplesPerShard = 3
            }
        }
        #expect(near[0].report == near[1].report)
        #expect(near[0].report.drops == ["duplicate": 1, "nearDuplicate": 1])
        #expect(
            near[0].members.map(\.name).filter { $0.hasSuffix(".txt") } == [
                "a.txt", "k.txt", "m.txt", "k-2.txt",
            ]
        )
        #expect(near[0].report.shards.map(\.samples) == [3, 1])
    }

    @Test func keysAreToldApartByTheFirstFreeNumber() {
        var keys = PackKeys()
        let given = ["a", "a-2", "a", "a", "b", "a-2"].map { keys.distinct($0) }
        #expect(given == ["a", "a-2", "a-3", "a-4", "b", "a-2-2"])
        // Trying 2, 3, … anew for each would take 2·10⁸ steps.
        for _ in 0..<20_000 { _ = keys.distinct("many") }
        #expect(keys.distinct("many") == "many-20001")
    }

    @Test func theOutputMustNotHoldTheInput() throws {
        let fixture = try Fixture()
        try fixture.write([try Fixture.good(1)])
        let path = fixture.directory.path
        for input in [path, path + "/*.tar", "/elsewhere::\(path)/0.tar"] {
            let configuration = ShardPacker.Configuration(input: input, output: path)
            #expect(throws: PackError.self) { try ShardPacker(configuration).run(fixture.open()) }
        }
        #expect(try fixture.open().count == 1)
    }

    @Test func theDistanceHasARange() {
        var configuration = ShardPacker.Configuration(input: "a", output: "b")
        configuration.nearDistance = 9
        #expect(throws: PackError.setting(name: "--near-duplicates", found: 9, expected: "0 to 8")) {
            try ShardPacker(configuration)
        }
    }
}

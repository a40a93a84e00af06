import Foundation
import Testing

@testable import CLIPData

/// Folders are packed without loss: pictures and the files beside them stay byte for byte.
@Suite struct PackFolderTests {
    private func pack(
        _ fixture: PackFixture,
        _ change: (inout ShardPacker.Configuration) -> Void = { _ in }
    ) throws -> (report: PackReport, members: [String: [UInt8]]) {
        var configuration = ShardPacker.Configuration(input: fixture.folder + "/in", output: fixture.output)
        configuration.force = true
        change(&configuration)
        let report = try ShardPacker(configuration).run()
        let members = try fixture.members()
        return (report, Dictionary(members.map { ($0.name, $0.content) }) { first, _ in first })
    }

    private static func windows(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

    @Test func picturesAndMetadataStayAsTheyAre() throws {
        let fixture = try PackFixture()
        let image = RGBImage(width: 20, height: 20, pixels: PackFixture.ramp(width: 20, height: 20, seed: 1))
        let jpeg = try ImageEncoder.jpeg(quality: 70).encode(image)
        let json = #"{"caption": "from json", "score": NaN, "n": 3, "title": "a title", "title2": 4}"#
        try fixture.write(jpeg, to: "a.JPG")
        try fixture.write("one\ntwo\n".utf8, to: "a.txt")
        try fixture.write(json.utf8, to: "a.json")
        try fixture.write([0, 255, 7], to: "a.npy")
        try fixture.write("kept".utf8, to: "a.seg.map")
        let (report, members) = try pack(fixture)
        #expect(report.samples == 1 && report.downscaled == 0)
        #expect(members["a.jpg"] == jpeg && members["a.json"] == Array(json.utf8))
        #expect(members["a.npy"] == [0, 255, 7] && members["a.seg.map"] == Array("kept".utf8))
        // The picture's own text comes first, as in training, and no caption is lost.
        #expect(members["a.txt"] == Array("one".utf8))
        let texts = members.filter { $0.key.hasSuffix(".txt") }.values.map {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(texts.sorted() == ["a title", "from json", "one", "two"])
        // Another format is asked for.
        #expect(try pack(fixture) { $0.imageFormat = .png }.members["a.png"] != nil)
    }

    @Test func captionsAreNamedAsForShards() throws {
        let fixture = try PackFixture()
        try fixture.picture("a.png")
        try fixture.write("plain".utf8, to: "a.txt")
        try fixture.write("a title".utf8, to: "a.title.txt")
        try fixture.write(#"{"caption": "from json", "txt": "other"}"#.utf8, to: "a.json")
        let cases: [([String], String)] = [
            (["json:caption"], "from json"), (["title.txt"], "a title"), (["txt"], "plain"),
            (["json:txt"], "other"),
            (["missing", "title.txt"], "a title"), (["caption"], "from json"),
        ]
        for (fields, text) in cases {
            let members = try pack(fixture) { $0.captionFields = fields }.members
            #expect(members["a.txt"] == Array(text.utf8), "\(fields)")
            #expect(members["a.json"] != nil, "\(fields)")
            let others = members.filter { $0.key.hasSuffix(".txt") }.values
            #expect(
                others.contains(Array("plain".utf8)) && others.contains(Array("a title".utf8)),
                "\(fields)"
            )
        }
    }

    @Test func listsNameCaptionsAsSourcesDo() throws {
        let fixture = try PackFixture()
        let table = try fixture.write("image,title\na.png,a title\n".utf8, to: "l.csv")
        let lines = try fixture.write(
            #"{"image": "a.png", "title": "a title", "caption": 7}"#.utf8,
            to: "l.jsonl"
        )
        // A source has the first caption as `txt`; an object is its `json`.
        for (path, fields) in [(table, ["txt"]), (lines, ["txt"]), (lines, ["json:title"])] {
            let found = try PackListing(captionFields: fields).candidates(of: path)
            #expect(found[0].captions.map(\.text) == ["a title"], "\(fields)")
        }
        // A number is no caption, and no reason to stop.
        #expect(
            try PackListing(captionFields: PackListing.usualFields).candidates(of: lines)[0].captions.count
                == 1
        )
        let numeric = try fixture.write(
            #"{"image": "a.png", "caption": 7, "captions": 3}"#.utf8,
            to: "n.jsonl"
        )
        #expect(try PackListing(captionFields: ["caption"]).candidates(of: numeric)[0].captions.isEmpty)
    }

    @Test func textsInOtherEncodingsAreDroppedAndCounted() throws {
        let fixture = try PackFixture()
        for (number, name) in ["good", "latin", "json", "broken"].enumerated() {
            try fixture.picture(name + ".png", seed: number)
        }
        try fixture.write("a good caption".utf8, to: "good.txt")
        try fixture.write(Self.windows("un café"), to: "latin.txt")
        // Another caption is there, so the bytes are kept for somebody who can read them.
        try fixture.write(Self.windows("un café"), to: "json.txt")
        try fixture.write(#"{"caption": "a coffee"}"#.utf8, to: "json.json")
        try fixture.write("{oops".utf8, to: "broken.json")
        let (report, members) = try pack(fixture)
        #expect(report.samples == 2 && report.drops == ["unreadable": 2])
        #expect(report.examples == ["unreadable": ["broken", "latin"]])
        #expect(members["json.txt"] == Array("a coffee".utf8))
        #expect(members["json.original.txt"] == Self.windows("un café"))
        let replaced = Array("\u{FFFD}".utf8)
        #expect(members.allSatisfy { $0.key.hasSuffix(".png") || $0.value.firstRange(of: replaced) == nil })
        try fixture.write("a good caption, too".utf8, to: "broken.txt")
        #expect(try pack(fixture).members["broken.json"] == Array("{oops".utf8))
    }

    @Test func dotsInNamesKeepPicturesApart() throws {
        let fixture = try PackFixture()
        for number in 1...3 {
            try fixture.picture("Shot 2.0 (Clean \(number)).png", seed: number)
            try fixture.write("shot \(number)".utf8, to: "Shot 2.0 (Clean \(number)).txt")
        }
        let members = try pack(fixture).members
        #expect(members.count == 6)
        #expect(members["Shot 2_0 (Clean 3).txt"] == Array("shot 3".utf8))
        let packed = try ShardDataset.open([fixture.output])
        #expect(packed.count == 3 && packed.notes.isEmpty)
    }

    @Test func shardsWithUnreadableCaptionsLoseOnlyThose() throws {
        let fixture = try CheckFixture()
        let latin = Self.windows("un café")
        try fixture.write([
            try CheckFixture.good(1),
            CheckFixture.sample("l", ("png", try CheckFixture.png(CheckFixture.picture(2))), ("txt", latin)),
        ])
        var configuration = ShardPacker.Configuration(
            input: fixture.directory.path,
            output: fixture.directory.path + "-out"
        )
        defer { try? FileManager.default.removeItem(atPath: configuration.output) }
        let report = try ShardPacker(configuration).run(fixture.open())
        #expect(report.samples == 1 && report.drops == ["unreadable": 1])
        configuration.requireCaption = false
        configuration.force = true
        #expect(try ShardPacker(configuration).run(fixture.open()).samples == 2)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: configuration.output + "/00000.tar")))
        #expect(try PlainTar.members(bytes).first { $0.name == "l.txt" }?.content == latin)
    }
}

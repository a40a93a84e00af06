import Foundation
import Testing

@testable import CLIPData

/// What a check says of the files, and of pictures that are read otherwise than they look.
@Suite struct DataCheckFilesTests {
    private typealias Fixture = CheckFixture

    @Test func membersThatStandApartAreNamed() throws {
        let fixture = try Fixture()
        let good = try (0..<3).map { try Fixture.good($0) }
        try fixture.write(good.map { ($0.key, [$0.fields[0]]) } + good.map { ($0.key, [$0.fields[1]]) })
        let report = try fixture.check()
        #expect(report.duplicates.keysWithinShard == 3 && report.duplicates.splitSamples == 3)
        #expect(Set(report.faults.map(\.kind)) == ["missing image", "missing caption"])
        #expect(report.faults.allSatisfy { $0.advice.contains("tar --sort=name") })
        // The same key twice with all fields is another matter.
        let twice = try Fixture()
        try twice.write(try (0..<2).map { try Fixture.good($0, key: "k") })
        let other = try twice.check()
        #expect(other.duplicates.keysWithinShard == 1 && other.duplicates.splitSamples == 0)
    }

    @Test func dotsInNamesAreNamed() throws {
        let fixture = try Fixture()
        var tar = TestTar()
        for number in 1...4 {
            tar.add("Shot 2.0 (Clean \(number)).png", try Fixture.png(Fixture.picture(number)))
            tar.add("Shot 2.0 (Clean \(number)).txt", "shot \(number)")
        }
        try fixture.directory.write(tar.closed, "0.tar")
        let data = try fixture.open()
        #expect(data.count == 1)
        let note = try #require(data.notes.first)
        #expect(note.contains("ends at the first dot of its name, and 4 of 4 pictures have further dots"))
        #expect(note.contains("'….0 (clean 1).png'"))
        #expect(try fixture.check().notes == data.notes)
        let error = #expect(throws: ShardError.self) { try data.requireImages(["png"]) }
        #expect(error?.description.contains("ends at the first dot of its name") == true)
        // Fields of their own are no such thing.
        #expect(DottedNames.hint(["mask.png": 500, "txt": 500], samples: 500) == nil)
        #expect(DottedNames.hint(["jpg": 500, "mask.png": 500, "depth.png": 400], samples: 500) == nil)
        #expect(DottedNames.hint(["jpg": 490, "0.jpg": 1, "1.jpg": 2, "2 b.jpg": 1], samples: 500) != nil)
    }

    @Test func aTableInAFolderIsNamed() throws {
        let fixture = try Fixture()
        try fixture.directory.write(try Fixture.png(Fixture.picture(1)), "in/a.png")
        try fixture.directory.write(Fixture.text("image,caption\na.png,a caption\n"), "in/train.csv")
        let folder = fixture.directory.path + "/in"
        let data = try ShardDataset.open([folder])
        #expect(
            data.notes.count == 1 && data.notes[0].contains("name '\(folder)/train.csv'"),
            "\(data.notes)"
        )
        #expect(try ShardDataset.open([folder + "/train.csv"]).notes.isEmpty)
        try FileManager.default.removeItem(atPath: folder + "/a.png")
        let error = #expect(throws: ShardError.self) { try ShardList(folder) }
        #expect(error?.description.contains("to read 'train.csv' in it, name '\(folder)/train.csv'") == true)
    }

    @Test func whatWasLeftOutOfAShardIsSaid() throws {
        let fixture = try Fixture()
        try fixture.write(try (0..<3).map { try Fixture.good($0) })
        let path = fixture.directory.path + "/0.tar"
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let last = try #require(whole.firstRange(of: Array("s2.png".utf8)))
        try fixture.directory.write(Array(whole.prefix(last.lowerBound + 600)), "0.tar")
        let data = try ShardDataset.open([path], options: IndexOptions(keepsReadable: true))
        let report = try DataCheck(DataCheckSettings()).run(data)
        #expect(report.notes.count == 1 && report.notes[0].hasPrefix("Left out: Shard '\(path)'"))
    }

    @Test func severalLinesAndDamagedFieldsAreRemarkedOn() throws {
        let fixture = try Fixture()
        func sample(_ key: String, _ number: Int, _ txt: String, _ json: String) throws -> CheckFixture.Sample
        {
            Fixture.sample(
                key,
                ("png", try Fixture.png(Fixture.picture(number))),
                ("txt", Fixture.text(txt)),
                ("json", Fixture.text(json))
            )
        }
        try fixture.write([
            try sample("a", 1, "one caption\nand another\n", "{\"n\": NaN}"),
            try sample("b", 2, "one\n", "{"),
        ])
        let report = try fixture.check { $0.captions = ["json:caption", "txt"] }
        #expect(report.bad == 0)
        #expect(report.count("caption of several lines") == 1)
        #expect(
            report.remarks.first { $0.kind == "caption of several lines" }?.advice.contains(
                "--caption-per-line"
            ) == true
        )
        #expect(report.count("another caption cannot be read") == 1)
        #expect(report.captions.fields.map(\.damaged) == [1, 0])
    }

    @Test func rotationAndSaturationAreCounted() throws {
        let fixture = try Fixture()
        let jpeg = try ImageEncoder.jpeg().encode(Fixture.picture(1))
        /// A JPEG with an EXIF segment that states an orientation.
        func rotated(_ value: UInt8, little: Bool) -> [UInt8] {
            let tiff: [UInt8] =
                little
                ? [
                    0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0,
                    0,
                ]
                : [
                    0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0,
                    0,
                ]
            let body = Array("Exif\0\0".utf8) + tiff
            return Array(jpeg.prefix(2)) + [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body + jpeg.dropFirst(2)
        }
        let caption = ("txt", Fixture.text("a caption"))
        try fixture.write([
            Fixture.sample("plain", ("jpg", jpeg), caption),
            Fixture.sample("upright", ("jpg", rotated(1, little: true)), caption),
            Fixture.sample("side", ("jpg", rotated(6, little: true)), caption),
            Fixture.sample("other", ("jpg", rotated(8, little: false)), caption),
            Fixture.sample("gray", ("png", try ImageFixtures.bytes("gray16.png")), caption),
            Fixture.sample("rgb", ("png", try ImageFixtures.bytes("rgb16.png")), caption),
        ])
        let report = try fixture.check()
        #expect(report.bad == 0 && report.images.rotated == 2)
        let remark = try #require(report.remarks.first { $0.kind == "image asks for a rotation" })
        #expect(remark.examples.map(\.key) == ["side", "other"])
        #expect(remark.examples.map(\.text) == ["orientation 6", "orientation 8"])
        #expect(report.images.saturated == 1)
        #expect(
            report.remarks.first { $0.kind == "16-bit gray becomes white" }?.examples.map(\.key) == ["gray"]
        )
    }
}

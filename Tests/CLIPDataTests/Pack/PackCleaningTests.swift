import Foundation
import Testing

@testable import CLIPData

@Suite struct PackCleaningTests {
    private func line(_ image: String, caption: String = "a ramp") -> String {
        #"{"image": "\#(image)", "caption": "\#(caption)", "source": "test"}"#
    }

    @Test func everyReasonIsCounted() throws {
        let fixture = try PackFixture()
        try fixture.picture("good.png")
        try fixture.picture("copy.png")
        try fixture.picture("large.png", width: 40, height: 30, seed: 1)
        try fixture.picture("thin.png", width: 64, height: 8, seed: 2)
        try fixture.write(
            try PackFixture.png([UInt8](repeating: 255, count: 3 * 256), 16, 16),
            to: "blank.png"
        )
        let whole = try PackFixture.png(PackFixture.ramp(width: 32, height: 32, seed: 3), 32, 32)
        try fixture.write(whole.prefix(whole.count / 2), to: "cut.png")
        try fixture.write("GIF89a".utf8, to: "other.png")
        let names = ["good", "copy", "large", "thin", "blank", "cut", "other", "absent"]
        var lines = names.map { line($0 + ".png") }
        lines.append(line("copy.png", caption: "another caption"))
        lines.append(line("good.png", caption: "  "))
        var configuration = try fixture.configuration(lines)
        configuration.maximumPixels = 1100
        configuration.maximumSide = 32
        configuration.nearDistance = 0
        let report = try ShardPacker(configuration).run()
        #expect(
            report.drops == [
                "duplicate": 1, "nearDuplicate": 1, "tooManyPixels": 1, "tooSmall": 1, "blank": 1,
                "damaged": 1, "unsupported": 1,
                "missing": 1, "noCaption": 1,
            ]
        )
        // Lists that are not UTF-8 are refused as a whole.
        #expect(Set(report.drops.keys) == Set(PackDrop.allCases.map(\.rawValue)).subtracting(["unreadable"]))
        #expect(report.candidates == 10 && report.samples == 1)
        #expect(report.examples["blank"] == ["blank"])
        #expect(report.sources == ["test": 1])
    }

    @Test func transparencyBecomesWhite() throws {
        // A 2x2 PNG, all of it fully transparent black: on white it is blank.
        let base64 =
            "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAC0lEQVR4nGNgQAcAABIAAXfx+gAAAAAASUVORK5CYII="
        let bytes = [UInt8](try #require(Data(base64Encoded: base64)))
        let picture = try bytes.withUnsafeBytes {
            try PackPicture(decoding: $0, maximumPixels: 100, workspace: ImageWorkspace())
        }
        #expect(picture.image.pixels == [UInt8](repeating: 255, count: 12))
        #expect(picture.isBlank)
    }

    @Test(arguments: [
        (100, 50, 128, 100, 50), (256, 128, 128, 128, 64), (300, 200, 128, 128, 85), (5000, 10, 128, 128, 1),
    ])
    func sizesKeepProportions(width: Int, height: Int, limit: Int, newWidth: Int, newHeight: Int) {
        let size = PackPicture.size(width: width, height: height, maximumSide: limit)
        #expect(size == (newWidth, newHeight))
    }

    @Test func largePicturesAreScaledDown() throws {
        let fixture = try PackFixture()
        // Left half black, right half white.
        let rgb = (0..<64 * 32).flatMap { [UInt8](repeating: $0 % 64 < 32 ? 0 : 255, count: 3) }
        try fixture.write(try PackFixture.png(rgb, 64, 32), to: "wide.png")
        var configuration = try fixture.configuration([line("wide.png")])
        configuration.maximumSide = 16
        let report = try ShardPacker(configuration).run()
        #expect(report.downscaled == 1)
        let image = try #require(try fixture.members().first { $0.name == "wide.png" })
        let picture = try image.content.withUnsafeBytes {
            try PackPicture(decoding: $0, maximumPixels: 1000, workspace: ImageWorkspace())
        }
        #expect(picture.image.width == 16 && picture.image.height == 8)
        let row = stride(from: 0, to: 48, by: 3).map { picture.image.pixels[$0] }
        #expect(row.prefix(6).allSatisfy { $0 == 0 } && row.suffix(6).allSatisfy { $0 == 255 })
        #expect(row[7] < 128 && row[8] > 128)
    }

    @Test func keptPicturesAreKeptByteForByte() throws {
        let fixture = try PackFixture()
        let path = try fixture.picture("a.png")
        var configuration = try fixture.configuration([line("a.png")])
        configuration.imageFormat = .keep
        _ = try ShardPacker(configuration).run()
        let original = try #require(FileManager.default.contents(atPath: path))
        #expect(try fixture.members().first?.content == [UInt8](original))
    }
}

import Foundation
import Testing

/// Packing what is not a folder of pictures, and over what is there.
@Suite struct DataPackTests {
    /// A picture with transparency, and the same without, in tables of one glob.
    @Test func tablesArePackedTogetherAndReadAsTheCheckReadsThem() throws {
        let folder = try Folder()
        func picture(_ opacity: [UInt8]) -> [UInt8] {
            TestPNG.image(width: 16, height: 16) { x, y in [UInt8(16 * x), UInt8(16 * y), 9] + opacity }
        }
        try folder.write("tabs/clear.png", picture([40]))
        try folder.write("tabs/solid.png", picture([]))
        try folder.write("tabs/one.csv", "image,caption\nclear.png,a ramp\n")
        try folder.write("tabs/two.csv", "image,caption\nsolid.png,a ramp\n")
        func run(_ command: [String]) throws -> Tool.Outcome { try Tool.run(["data"] + command, in: folder) }
        let packed = try run(["pack", "tabs/*.csv", "--out", "drop", "--json"])
        #expect(packed.status == 0 && packed.json["candidates"] as? Int == 2, "\(packed.errors)")
        #expect(packed.json["drops"] as? [String: Int] == ["duplicate": 1])
        let white = try run(["pack", "tabs/*.csv", "--out", "white", "--alpha", "white", "--json"])
        #expect(
            white.json["samples"] as? Int == 2 && (white.json["drops"] as? [String: Int])?.isEmpty == true
        )
        for (alpha, copies) in [(nil, 1), ("drop", 1), ("white", 0)] {
            let check = try run(["check", "white", "--json"] + (alpha.map { ["--alpha", $0] } ?? []))
            let duplicates = check.json["duplicates"] as? [String: Any]
            #expect((duplicates?["image_pixels"] as? [String: Any])?["extra"] as? Int == copies)
        }
        let help = try run(["check", "--help"]).output.split(whereSeparator: \.isWhitespace).joined(
            separator: " "
        )
        #expect(help.contains("or 77)") && help.contains("white, drop; default: drop)"), "\(help)")
    }

    @Test func shardsArePackedAnew() throws {
        let folder = try Folder()
        try folder.makeShards(5)
        let again = try Tool.run(
            ["data", "pack", "data/*.tar", "--out", "small", "--shard-size", "2", "--json"],
            in: folder
        )
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.json["samples"] as? Int == 5)
        #expect((again.json["shards"] as? [Any])?.count == 3)
        let wrong = try Tool.run(["data", "pack", "data", "--out", "x", "--captions", "title"], in: folder)
        #expect(wrong.status == 65 && wrong.errors.contains("expected 'title', found"), "\(wrong.errors)")
        #expect(!folder.holds("x") && !folder.holds(".x.packing"))
    }

    @Test func packDoesNotOverwriteUnlessForced() throws {
        let folder = try Folder()
        try folder.makeShards(2)
        let again = ["data", "pack", "pictures", "--out", "data"]
        let refused = try Tool.run(again, in: folder)
        #expect(refused.status == 73)
        #expect(refused.errors.hasPrefix("error: "))
        #expect(try Tool.run(again + ["--force"], in: folder).status == 0)
    }
}

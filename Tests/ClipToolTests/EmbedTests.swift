import Foundation
import Testing

@Suite struct EmbedTests {
    @Test func textsBecomeRowsInOrder() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        try folder.write("ab.txt", "a cat\n\nа dog in the snow\n")
        try folder.write("ba.txt", "а dog in the snow\n\na cat")
        let arguments = ["embed", "texts", "--checkpoint", "start", "--threads", "1", "--json"]
        let outcome = try Tool.run(arguments + ["--out", "ab.st", "--file", "ab.txt"], in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.json["rows"] as? Int == 3)
        _ = try Tool.run(arguments + ["--out", "ba.st", "--file", "ba.txt"], in: folder)

        let first = try FeatureFile(folder.bytes("ab.st"))
        let second = try FeatureFile(folder.bytes("ba.st"))
        #expect(first.shape == [3, 8])
        #expect(first.format == "1")
        #expect(first.lengths.allSatisfy { abs($0 - 1) < 1e-5 })
        #expect(FeatureFile.distance(first.rows[0], second.rows[2]) < 1e-5)
        #expect(FeatureFile.distance(first.rows[2], second.rows[0]) < 1e-5)
        #expect(FeatureFile.distance(first.rows[0], first.rows[2]) > 1e-2)
    }

    @Test func imagesBecomeRowsInOrder() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        try folder.writePictures(3)
        let paths = (0..<3).map { "pictures/p\($0).png" }
        let arguments = ["embed", "images", "--checkpoint", "start", "--image-batch", "2", "--out"]
        let outcome = try Tool.run(arguments + ["all.st"] + paths, in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        _ = try Tool.run(arguments + ["last.st", paths[2]], in: folder)

        let all = try FeatureFile(folder.bytes("all.st"))
        #expect(all.shape == [3, 8])
        #expect(all.lengths.allSatisfy { abs($0 - 1) < 1e-5 })
        #expect(try FeatureFile.distance(all.rows[2], FeatureFile(folder.bytes("last.st")).rows[0]) < 1e-5)
    }

    @Test func badInputIsNamed() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        try folder.write("broken.png", "no picture")
        try folder.write("lines.txt", "a cat\n")
        let image = ["embed", "images", "--out", "x.st", "--checkpoint"]
        let cases: [([String], Int32, String)] = [
            (image + ["start", "broken.png"], 65, "broken.png"),
            (image + ["start", "missing.png"], 65, "missing.png"),
            (image + ["nowhere", "broken.png"], 66, "nowhere"),
            (
                ["embed", "texts", "--out", "x.st", "--checkpoint", "start", "--file", "none.txt"], 66,
                "none.txt"
            ),
            (
                ["embed", "texts", "--out", "no/x.st", "--checkpoint", "start", "--file", "lines.txt"], 73,
                "no/"
            ),
        ]
        for (arguments, status, name) in cases {
            let outcome = try Tool.run(arguments, in: folder)
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.contains(name))
            #expect(outcome.output == "")
            #expect(!folder.holds("x.st"))
        }
    }

    @Test func nothingIsOverwritten() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        try folder.writePictures(1)
        let picture = "pictures/p0.png"
        let before = try folder.bytes(picture)
        for out in [picture, "pictures"] {
            let arguments = ["embed", "images", "--checkpoint", "start", "--out", out, picture]
            let outcome = try Tool.run(arguments, in: folder)
            #expect(outcome.status == 73)
            #expect(outcome.errors.hasPrefix("error: '\(out)' is there already"), "\(outcome.errors)")
        }
        #expect(try folder.bytes(picture) == before)
    }

    @Test func aDashReadsStandardInput() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        let arguments = ["embed", "texts", "--checkpoint", "start", "--json", "--out", "x.st", "--file", "-"]
        let outcome = try Tool.run(arguments, input: "a cat\na dog\n", in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.json["rows"] as? Int == 2)
    }

    @Test func aTruncatedCheckpointIsRefused() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        let weights = "start/open_clip_model.safetensors"
        try folder.write(weights, folder.bytes(weights).dropLast(100))
        try folder.write("lines.txt", "a cat\n")
        let outcome = try Tool.run(
            ["embed", "texts", "--out", "x.st", "--checkpoint", "start", "--file", "lines.txt"],
            in: folder
        )
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains(weights))
    }
}

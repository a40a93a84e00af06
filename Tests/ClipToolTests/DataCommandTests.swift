import Foundation
import Testing

@Suite struct DataCommandTests {
    @Test func packIndexAndStats() throws {
        let folder = try Folder()
        try folder.writePictures(5)
        try folder.write("pictures/broken.png", "no picture")
        try folder.write("pictures/broken.txt", "a caption")
        let packed = try Tool.run(
            ["data", "pack", "pictures", "--out", "data", "--shard-size", "2", "--max-side", "16", "--json"],
            in: folder
        )
        #expect(packed.status == 0, "\(packed.errors)")
        #expect(packed.json["samples"] as? Int == 5)
        #expect(packed.json["drops"] as? [String: Int] == ["unsupported": 1])
        #expect(packed.json["downscaled"] as? Int == 5)
        let shards = packed.json["shards"] as? [[String: Any]] ?? []
        #expect(shards.compactMap { $0["samples"] as? Int } == [2, 2, 1])

        let index = try Tool.run(["data", "index", "data/{00000..00002}.tar", "--json"], in: folder)
        #expect(index.status == 0, "\(index.errors)")
        #expect(index.json["samples"] as? Int == 5)
        #expect(index.json["shards"] as? Int == 3)
        #expect(index.json["fields"] as? [String: Int] == ["png": 5, "txt": 5])

        let stats = try Tool.run(["data", "stats", "data", "--json"], in: folder).json
        let captions = try #require((stats["captions"] as? [[String: Any]])?.first)
        #expect((captions["words"] as? [String: Any])?["mean"] as? Double == 3)
        // Three tokens, start and end.
        #expect((captions["tokens"] as? [String: Any])?["maximum"] as? Int == 5)
        let width = (stats["images"] as? [String: Any])?["width"] as? [String: Any]
        #expect(width?["maximum"] as? Int == 16)
    }

    @Test func anIndexFollowsItsData() throws {
        let folder = try Folder()
        func write(_ name: String, _ rows: [String], _ seconds: Double) throws {
            try folder.write(
                name,
                "image,key,caption\n" + rows.map { "\($0).png,\($0),text \($0)\n" }.joined()
            )
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: seconds)],
                ofItemAtPath: folder.url.appending(path: name).path
            )
        }
        try write("a.csv", ["x", "y", "z"], 1)
        try write("b.csv", ["u"], 1)
        for name in ["a.csv", "b.csv"] {
            let outcome = try Tool.run(["data", "index", name], in: folder)
            #expect(outcome.status == 0 && !outcome.errors.contains("index:"), "\(outcome.errors)")
            #expect(outcome.output.contains("/\(name).clipidx"))
        }
        let other = try folder.bytes("b.csv.clipidx")
        try write("a.csv", ["x", "y", "z"], 2)
        let touched = try Tool.run(["data", "index", "a.csv"], in: folder)
        #expect(touched.status == 0 && touched.errors.isEmpty, "\(touched.errors)")
        try write("a.csv", ["w", "x", "z"], 3)
        let edited = try Tool.run(["data", "index", "a.csv", "--json"], in: folder)
        let told =
            "index: of the shards, 1 is edited; samples: 1 came, 1 went; all others keep their numbers\n"
        #expect(edited.errors.hasSuffix(told), "\(edited.errors)")
        let changes = edited.json["changes"] as? [String: Any]
        #expect(changes?["new_samples"] as? Int == 1 && edited.json["samples"] as? Int == 3)
        #expect(try Tool.run(["data", "index", "a.csv", "--rebuild"], in: folder).status == 0)
        #expect(try folder.bytes("b.csv.clipidx") == other)
        var damaged = try folder.bytes("a.csv.clipidx")
        damaged[damaged.count / 2] ^= 1
        try folder.write("a.csv.clipidx", damaged)
        let mended = try Tool.run(["data", "stats", "a.csv", "--captions", "txt"], in: folder)
        #expect(mended.errors.contains("index: the index was made anew, since its bytes"), "\(mended.errors)")
        let verified = try Tool.run(["data", "index", "a.csv", "--verify"], in: folder)
        #expect(verified.status == 0 && verified.errors.isEmpty, "\(verified.errors)")
        try folder.write("a.csv.clipidx", "some notes of mine")
        let foreign = try Tool.run(["data", "index", "a.csv"], in: folder)
        #expect(foreign.status == 73 && foreign.errors.contains("is no index of shards"), "\(foreign.errors)")
    }

    @Test func textReportsSayTheSame() throws {
        let folder = try Folder()
        try folder.writePictures(2)
        let packed = try Tool.run(["data", "pack", "pictures", "--out", "data"], in: folder)
        #expect(packed.output.contains("2 of 2 pictures"))
        #expect(try Tool.run(["data", "index", "data"], in: folder).output.hasPrefix("samples  2\n"))
        #expect(try Tool.run(["data", "stats", "data"], in: folder).output.contains("txt words"))
    }

    @Test func statsSayWhatSourcesOfCaptionsCover() throws {
        let folder = try Folder()
        try folder.makeShards(3)
        try folder.writeRecipe(length: "4 steps")
        let recipe = try String(contentsOf: folder.url.appending(path: "recipe.yaml"), encoding: .utf8)
        let sources = "captions: {sources: {alt: txt, new: {file: new.csv}}}, workers"
        try folder.write("sources.yaml", recipe.replacing("workers", with: sources))
        try folder.write("new.csv", "key,caption\np0,a picture\np2,\np9,nothing\n")
        let stats = ["data", "stats", "data", "--captions-from", "sources.yaml"]
        let coverage = try Tool.run(stats + ["--json"], in: folder)
        #expect(coverage.status == 0, "\(coverage.errors)")
        #expect(
            coverage.errors.contains(
                "warning: 66.7% of the samples have no caption from 'new', 33.3% only degenerate"
            )
        )
        let found = coverage.json["sources"] as? [[String: Any]] ?? []
        #expect(found.map { $0["usable"] as? Int } == [3, 1])
        #expect(found.last?["rows_without_sample"] as? Int == 1)
        #expect(try Tool.run(stats, in: folder).output.contains("alt, new"))
        let both = try Tool.run(stats + ["--captions", "txt"], in: folder)
        #expect(both.status == 64 && both.errors.contains("exclude each other"))
        try folder.write("new.csv", "key,caption\nx,a picture\n")
        let none = try Tool.run(stats, in: folder)
        #expect(none.status == 65 && none.errors.contains("0 of 3 keys match"), "\(none.errors)")
    }

    @Test func checkSaysWhetherDataIsUsable() throws {
        let folder = try Folder()
        try folder.makeShards(4)
        let good = try Tool.run(
            ["data", "check", "data", "--json", "--size", "16", "--out", "sheet.html", "--threads", "1"],
            in: folder
        )
        #expect(good.status == 0, "\(good.errors)")
        #expect(good.json["examined"] as? Int == 4 && good.json["bad"] as? Int == 0)
        let tokens = (good.json["captions"] as? [String: Any])?["tokens"] as? [String: Any]
        #expect((tokens?["distribution"] as? [String: Any])?["maximum"] as? Int == 5)
        #expect(String(decoding: try folder.bytes("sheet.html"), as: UTF8.self).hasSuffix("</html>\n"))

        let misnamed = try Tool.run(["data", "check", "data", "--captions", "text"], in: folder)
        #expect(misnamed.status == 65)
        #expect(misnamed.output.contains("No 'text', but 'txt' in 4 of 4 samples: use --captions txt."))
        #expect(misnamed.output.contains("not usable"))
        let cases: [([String], Int32, String)] = [
            (["--out", "sheet.html"], 73, "is there already"),
            (["--out", "nowhere/sheet.html"], 73, "is no folder"),
            (["--sample", "0"], 64, "sample"), (["--near-distance", "9"], 64, "0 to 8"),
        ]
        for (arguments, status, text) in cases {
            let outcome = try Tool.run(["data", "check", "data"] + arguments, in: folder)
            #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
        }
    }

    @Test func badShardsAreNamed() throws {
        let folder = try Folder()
        try folder.makeShards(3)
        try folder.write("cut/00000.tar", folder.bytes("data/00000.tar").prefix(560))
        try folder.write("empty/note.txt", "no shard")
        try folder.write("short.csv", "image,caption\na.png\n")
        let cases: [([String], Int32, String)] = [
            (["data", "index", "data/{00000..00003}.tar"], 66, "00001.tar"),
            (["data", "index", "cut"], 65, "the file ends inside"),
            (["data", "index", "empty"], 66, "empty"),
            (["data", "pack", "nowhere", "--out", "x"], 66, "nowhere"),
            (["data", "pack", "pictures", "--out", "x", "--max-side", "0"], 64, "--max-side is 0"),
            (["data", "pack", "pictures", "--out", "x", "--min-side", "99"], 65, "3 too small"),
            (["data", "index", "pictures/p0.png"], 65, "is no tar file"),
            (["data", "index", "data/{00000..00003.tar"], 66, "a brace is never closed"),
            (["data", "index", "data", "--rebuild", "--index", "short.csv"], 73, "is no index of shards"),
            (["data", "pack", "short.csv", "--out", "x"], 65, "line 2: there is 1 cell; expected 2"),
            (["data", "stats", "data", "--threads", "0"], 64, "--threads"),
            (["data", "stats", "data", "--captions", "title"], 65, "expected 'title', found 'png'"),
        ]
        for (arguments, status, name) in cases {
            let outcome = try Tool.run(arguments, in: folder)
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.contains(name), "\(outcome.errors)")
            #expect(outcome.output == "")
        }
    }
}

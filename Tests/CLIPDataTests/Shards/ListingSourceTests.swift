import Foundation
import Testing

@testable import CLIPData

/// Tables, lists of objects and folders as sources.
@Suite struct ListingSourceTests {
    @Test(arguments: [(",", "csv"), ("\t", "csv"), (";", "csv"), ("|", "csv"), ("\t", "tsv")])
    func tablesAreRead(delimiter: String, suffix: String) throws {
        let directory = try TestDirectory()
        let rows = [
            ["filepath", "Title", "alt text"], ["a.jpg", "\"a \(delimiter)\n\"\"cat\"\"\"", "x"],
            ["sub/b.png", "a dog", ""],
        ]
        let text = rows.map { $0.joined(separator: delimiter) }.joined(separator: "\r\n")
        try directory.write(Array(text.utf8), "list.\(suffix)")
        try directory.write(Array("0".utf8), "a.jpg")
        try directory.write(Array("1".utf8), "sub/b.png")
        let data = try ShardDataset.open([directory.path + "/list.\(suffix)"])
        #expect(data.count == 2)
        #expect(data.fieldCounts == ["jpg": 1, "png": 1, "title": 2, "txt": 2, "alt_text": 1])
        #expect(try data.field("txt", at: 0)?.text == "a \(delimiter)\n\"cat\"")
        #expect(try data.field("title", at: 1)?.text == "a dog")
        #expect(try data.field("alt_text", at: 1) == nil)
        #expect(try data.field("png", at: 1)?.text == "1")
        #expect(data.label(at: 1) == SampleLabel(key: "1", shard: directory.path + "/list.\(suffix)"))
    }

    @Test func objectsAreRead() throws {
        let directory = try TestDirectory()
        let lines = [
            #"{"image": "a.jpg", "caption": "a \"caf\u00e9\"", "key": "first", "captions": ["x", "y"]}"#, "",
            #"{"file_name": "b", "id": 7, "text": "two"}"#,
        ]
        try directory.write(Array(lines.joined(separator: "\n").utf8), "list.jsonl")
        try directory.write(Array("0".utf8), "a.jpg")
        try directory.write(Array("1".utf8), "b")
        let data = try ShardDataset.open([directory.path + "/list.jsonl"])
        #expect((0..<2).map { data.label(at: $0).key } == ["first", "7"])
        #expect(try data.field("txt", at: 0)?.text == "a \"café\"")
        #expect(try data.field("json", at: 1)?.text == lines[2])
        // A picture whose name does not say its format is found under the first known one.
        #expect(try data.field("jpg", at: 1)?.text == "1")
    }

    @Test func foldersAreRead() throws {
        let directory = try TestDirectory()
        for name in ["b.2024.01.JPG", "a/x.png", "a/y.webp"] { try directory.write([48], "in/" + name) }
        try directory.write(Array("one".utf8), "in/b.2024.01.txt")
        try directory.write(Array("two".utf8), "in/a/x.title.txt")
        try directory.write(Array("{}".utf8), "in/a/x.json")
        try directory.write(Array("no picture".utf8), "in/readme.txt")
        try directory.write([48], "in/.hidden.png")
        let data = try ShardDataset.open([directory.path + "/in"])
        #expect((0..<3).map { data.label(at: $0).key } == ["a/x", "a/y", "b.2024.01"])
        #expect(data.fieldCounts == ["png": 1, "webp": 1, "jpg": 1, "txt": 1, "title.txt": 1, "json": 1])
        #expect(try data.field("title.txt", at: 0)?.text == "two")
        #expect(try data.field("txt", at: 2)?.text == "one")
        #expect(data.summary.ignoredMembers >= 1)
    }

    @Test func aMissingPictureIsABadSample() throws {
        let directory = try TestDirectory()
        let rows = (0..<20).map { "\($0).jpg,caption \($0)\n" }
        try directory.write(Array(("image,caption\n" + rows.joined()).utf8), "l.csv")
        for number in 0..<20 where number != 7 {
            try directory.write(Array("\(number)".utf8), "\(number).jpg")
        }
        let data = try ShardDataset.open([directory.path + "/l.csv"])
        let loader = try DataLoader(
            data,
            LoaderSettings(batchSize: 20, captions: CaptionPolicy(), order: .sequential)
        )
        let batch = try #require(try loader.next())
        #expect(batch.count == 19)
        #expect(batch.faults.map(\.kind) == [.missingFile])
        #expect(batch.faults[0].reason.contains("7.jpg"))
    }

    @Test func grownListingsAreAppended() throws {
        let directory = try TestDirectory()
        let path = directory.path + "/l.csv"
        func write(_ count: Int, header: String = "image,caption\n") throws {
            let rows = (0..<count).map { "\($0).jpg,\"caption\n\($0)\"\n" }
            try directory.write(Array((header + rows.joined()).utf8), "l.csv")
        }
        try write(3)
        let first = try ShardDataset.open([path])
        try write(5)
        let grown = try ShardDataset.open([path])
        #expect(grown.count == 5 && grown.shards.containers.count == 1)
        #expect((0..<3).map { grown.identity(at: $0) } == (0..<3).map { first.identity(at: $0) })
        #expect(try grown.field("txt", at: 4)?.text == "caption\n4")
        #expect(grown.label(at: 4).key == "4")
        #expect(try ShardDataset.open([path]).count == 5)
    }

    @Test func grownFoldersAreAppended() throws {
        let directory = try TestDirectory()
        for name in ["b.png", "d.png"] { try directory.write([48], "in/" + name) }
        let folder = directory.path + "/in"
        let first = try ShardDataset.open([folder])
        try directory.write([48], "in/a.png")
        let grown = try ShardDataset.open([folder])
        #expect((0..<3).map { grown.label(at: $0).key } == ["b", "d", "a"])
        #expect((0..<2).map { grown.identity(at: $0) } == (0..<2).map { first.identity(at: $0) })
        try FileManager.default.removeItem(atPath: folder + "/b.png")
        let left = try ShardDataset.open([folder])
        #expect(left.count == 2 && left.ordinalCount == 3)
        #expect((0..<2).map { left.label(at: $0).key } == ["d", "a"])
        #expect((0..<2).map { left.ordinal(at: $0) } == [1, 2])
    }

    @Test func badListingsAreExplained() throws {
        let directory = try TestDirectory()
        let cases: [(String, String, String)] = [
            ("a.csv", "picture,caption\n1,2\n", "no column for the pictures' paths"),
            ("b.csv", "image,caption\na.png,one\nb.png\n", "line 3: there is 1 cell"),
            ("c.csv", "image,caption\na.png,one,two\n", "line 2: there are 3 cells"),
            (
                "d.csv", "image,caption\na.png,\"one\n\nb.png,two\n",
                "line 2: a quotation mark is never closed"
            ),
            ("e.csv", "", "there is no row"),
            ("f.jsonl", "{\"image\": \"a.png\"}\n\n{oops\n", "line 3: it is no JSON object"),
            (
                "l.jsonl", "{oops\n",
                "filename, jpg, or leave such lines out with `clip data index --keep-readable`."
            ),
            ("g.jsonl", "{\"caption\": \"a\"}\n", "there is no picture, only \"caption\""),
            ("h.csv", "image,caption\n", "holds no samples"),
            (
                "i.csv", "image;caption\na.png;one;two\n",
                "quote cells that hold a semicolon, or leave such rows out with `clip data index --keep-readable`."
            ),
            (
                "j.tsv", "image\tcaption\na.png\t\"one\nb.png\ttwo\"\n",
                "line 2: a quotation mark is closed on line 3"
            ),
            ("k.csv", "image,caption\na.png,\"one\"x\n", "line 2: text follows a closing quotation mark"),
            (
                "m.csv", "image,caption\na.png,\"one\"x\n",
                "or keep the rows before it with `clip data index --keep-readable`."
            ),
        ]
        for (name, text, expected) in cases {
            try directory.write(Array(text.utf8), name)
            let error = #expect(throws: ShardError.self, "\(name)") {
                try ShardDataset.open([directory.path + "/" + name], index: "\(directory.path)/\(name).idx")
            }
            #expect(error?.description.contains(expected) == true, "\(name): \(error?.description ?? "-")")
        }
        let kept = try ShardDataset.open(
            [directory.path + "/b.csv"],
            index: directory.path + "/kept.idx",
            options: IndexOptions(keepsReadable: true)
        )
        #expect(kept.count == 1 && kept.summary.ignoredMembers == 1)
    }

    @Test func aKeyIsTheFirstTextOrNumberUnderAUsualName() throws {
        let directory = try TestDirectory()
        let lines = [
            #"{"image": "a", "key": 3, "id": "x"}"#, #"{"image": "a", "key": "", "id": 4}"#,
            #"{"path": "a"}"#,
        ]
        try directory.write(Array(lines.joined(separator: "\n").utf8), "l.jsonl")
        let data = try ShardDataset.open([directory.path + "/l.jsonl"])
        #expect((0..<3).map { data.label(at: $0).key } == ["3", "4", "2"])
    }

    @Test func sourcesOfAllKindsMix() throws {
        let directory = try TestDirectory()
        try directory.writeShard("0.tar", start: 0, count: 4)
        try directory.write([48], "in/p.jpg")
        try directory.write(Array("picture".utf8), "in/p.txt")
        try directory.write(Array("image,caption\nin/p.jpg,row\n".utf8), "l.csv")
        let data = try ShardDataset.open(["0.tar", "in", "l.csv"].map { directory.path + "/" + $0 })
        #expect(data.count == 6 && Set((0..<6).map { data.identity(at: $0) }).count == 6)
        #expect(try (4..<6).map { try data.field("txt", at: $0)?.text } == ["picture", "row"])
        #expect(try data.field("jpg", at: 5)?.text == "0")
    }

    @Test func indexKeepsSizesAndHashes() throws {
        let directory = try TestDirectory()
        var tar = TestTar()
        tar.add("a.jpg", try ImageFixtures.bytes("420.jpg"))
        tar.add("a.txt", "A  caption")
        try directory.write(tar.closed, "0.tar")
        let index = try ShardDataset.open([directory.path]).index
        let fields = try index.file.fields(of: 0)
        let decoded = try ImageDecoder().decode(try ImageFixtures.bytes("420.jpg"))
        #expect(
            FieldDetail.size(fields[0].detail).map { [$0.width, $0.height] } == [
                decoded.width, decoded.height,
            ]
        )
        #expect(fields[1].detail == CaptionKey.of("a caption"))
    }
}

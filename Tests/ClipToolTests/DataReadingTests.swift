import Foundation
import Testing

/// How commands read other people's files, and what they say of what cannot be read.
@Suite struct DataReadingTests {
    @Test func captionsInJSONAreFoundByEveryCommand() throws {
        let folder = try Folder()
        try folder.writePictures(4)
        for number in 0..<4 {
            try FileManager.default.removeItem(at: folder.url.appending(path: "pictures/p\(number).txt"))
            try folder.write(
                "pictures/p\(number).json",
                #"{"caption": "picture \#(number) here", "score": NaN}"#
            )
        }
        let field = ["--captions", "json:caption"]
        let packed = try Tool.run(["data", "pack", "pictures", "--out", "txt", "--json"] + field, in: folder)
        #expect(packed.status == 0, "\(packed.errors)")
        #expect(packed.json["fields"] as? [String: Int] == ["png": 4, "txt": 4, "json": 4])
        for command in [["stats", "pictures"], ["check", "pictures", "--size", "16"]] {
            let outcome = try Tool.run(["data"] + command + field + ["--json"], in: folder)
            #expect(outcome.status == 0, "\(command): \(outcome.errors)")
            let none = try Tool.run(["data"] + command + ["--captions", "json:title"], in: folder)
            #expect(none.status == (command[0] == "check" ? 65 : 0), "\(none.errors)")
        }
        let stats = try Tool.run(["data", "stats", "pictures", "--json"] + field, in: folder).json
        let captions = try #require((stats["captions"] as? [[String: Any]])?.first)
        #expect(captions["field"] as? String == "json:caption" && captions["present"] as? Int == 4)
        let images = try Tool.run(
            ["data", "check", "pictures", "--image-fields", "PNG", "--size", "16"] + field,
            in: folder
        )
        #expect(images.status == 0, "\(images.errors)")
    }

    @Test func filesAreRefusedWithWhatToDo() throws {
        let folder = try Folder()
        try folder.writePictures(1)
        let latin = "image,caption\npictures/p0.png,un caf\u{E9}\n".unicodeScalars.map { UInt8($0.value) }
        try folder.write("latin.csv", latin)
        try folder.write("lines.txt", latin)
        try folder.write("list.json", #"[{"image": "pictures/p0.png", "caption": "a"}]"#)
        let cases: [([String], Int32, String)] = [
            (["data", "index", "latin.csv"], 65, "'latin.csv', line 2: byte 0xE9"),
            (["data", "check", "latin.csv"], 65, "iconv -f WINDOWS-1252 -t UTF-8"),
            (["data", "pack", "latin.csv", "--out", "x"], 65, "latin.csv', line 2: byte 0xE9"),
            (["data", "index", "list.json"], 66, "jq -c '.[]' list.json > list.jsonl"),
            (["data", "pack", "list.json", "--out", "x"], 66, "jq -c '.[]' list.json > list.jsonl"),
            (["benchmark", "tokenizer", "--captions", "lines.txt"], 65, "'lines.txt', line 2: byte 0xE9"),
        ]
        for (arguments, status, words) in cases {
            let outcome = try Tool.run(arguments, in: folder)
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(
                outcome.errors.hasPrefix("error: ") && outcome.errors.contains(words),
                "\(outcome.errors)"
            )
            #expect(!folder.holds("x"))
        }
    }

    @Test func aTableBesidePicturesIsPointedTo() throws {
        let folder = try Folder()
        try folder.writePictures(2)
        try folder.write("pictures/train.csv", "image,caption\np0.png,a caption\n")
        let outcome = try Tool.run(["data", "check", "pictures", "--size", "16"], in: folder)
        #expect(
            outcome.status == 0 && outcome.output.contains("name 'pictures/train.csv'"),
            "\(outcome.output)"
        )
        let index = try Tool.run(["data", "index", "pictures"], in: folder)
        #expect(
            index.errors.contains("note: The folder 'pictures' was read by its pictures"),
            "\(index.errors)"
        )
    }

    @Test(arguments: [
        (["trian", "x"], "Did you mean 'train'?"), (["data", "chekc", "x"], "Did you mean 'check'?"),
        (["eval", "retreival"], "Did you mean 'retrieval'?"),
        (["data", "zzz"], "There are: pack, index, check, stats"),
        (["tokenize", "-text"], "Text that begins with '-' goes behind '--': clip tokenize -- '-text'."),
    ])
    func aWrongWordSuggestsAnother(arguments: [String], hint: String) throws {
        let outcome = try Tool.run(arguments, in: Folder())
        #expect(outcome.status == 64 && outcome.errors.hasPrefix("error: "))
        #expect(outcome.errors.contains(hint), "\(outcome.errors)")
        #expect(outcome.errors.contains("Usage: clip"))
    }

    @Test func textBehindTwoDashesMayBeginWithOne() throws {
        let outcome = try Tool.run(["tokenize", "--json", "--", "-text"], in: Folder())
        #expect(outcome.status == 0 && (outcome.json["ids"] as? [Int])?.count == 2, "\(outcome.errors)")
    }

    @Test func aFolderStandsForItsPictures() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        try folder.writePictures(3)
        try folder.write("pictures/sub/z.png", folder.bytes("pictures/p1.png"))
        let arguments = ["embed", "images", "--checkpoint", "start", "--threads", "1", "--json", "--out"]
        let all = try Tool.run(arguments + ["all.st", "pictures/"], in: folder)
        #expect(all.status == 0, "\(all.errors)")
        let paths = ["p0.png", "p1.png", "p2.png", "sub/z.png"].map { "pictures/" + $0 }
        #expect(all.json["paths"] as? [String] == paths)
        _ = try Tool.run(arguments + ["named.st"] + paths, in: folder)
        #expect(try folder.bytes("all.st") == folder.bytes("named.st"))
        let none = try Tool.run(arguments + ["none.st", "start"], in: folder)
        #expect(none.status == 66 && none.errors.contains("'start'"), "\(none.errors)")
    }
}

import Foundation
import Testing

@testable import CLIPData

/// Tables, lists and side files in other encodings than UTF-8 are refused by line and never half read.
@Suite struct ListingEncodingTests {
    private static func windows(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

    private static func utf16(_ text: String) -> [UInt8] {
        [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }

    static let texts: [(name: String, text: String, line: Int)] = [
        ("l.csv", "image,caption\na.png,a cat\nb.png,un café à côté\n", 3),
        ("q.csv", "image,caption\na.png,\"a\ncat\n\nun café\"\n", 5),
        ("h.csv", "image,légende\na.png,a cat\n", 1), ("l.tsv", "image\tcaption\nb.png\tun café\n", 2),
        (
            "l.jsonl",
            "{\"image\": \"a.png\", \"caption\": \"a\"}\n\n{\"image\": \"b.png\", \"caption\": \"café\"}\n", 3
        ),
    ]

    @Test(arguments: texts)
    func sourcesAndPackingNameTheLine(name: String, text: String, line: Int) throws {
        let directory = try TestDirectory()
        let path = directory.path + "/" + name
        for (bytes, place, words) in [
            (Self.windows(text), line, "byte 0xE9 stands where UTF-8 has none"),
            (Self.utf16(text), 1, "it is UTF-16 text"),
        ] {
            try directory.write(bytes, name)
            let opened = #expect(throws: ShardError.self) { try ShardDataset.open([path]) }
            let packed = #expect(throws: ShardError.self) {
                try PackListing(captionFields: PackListing.usualFields).candidates(of: path)
            }
            for error in [opened, packed] {
                let description = error?.description ?? "-"
                #expect(description.hasPrefix("'\(path)', line \(place): \(words);"), "\(description)")
                #expect(description.contains("`iconv -f"), "\(description)")
            }
        }
    }

    @Test func aByteOrderMarkAndReadableRowsCount() throws {
        let directory = try TestDirectory()
        try directory.write([0xEF, 0xBB, 0xBF] + Array("image,caption\na.png,été\n".utf8), "l.csv")
        let data = try ShardDataset.open([directory.path + "/l.csv"])
        #expect(try data.field("txt", at: 0)?.text == "été")
        for (name, text) in [
            ("k.csv", "image,caption\na.png,a cat\nb.png,un café\nc.png,a dog\n"),
            ("k.jsonl", "{\"image\": \"a\"}\n{\"image\": \"é\"}\n{\"image\": \"c\"}\n"),
        ] {
            try directory.write(Self.windows(text), name)
            let kept = try ShardDataset.open(
                [directory.path + "/" + name],
                index: directory.path + "/\(name).idx",
                options: IndexOptions(keepsReadable: true)
            )
            #expect(kept.count == 2 && kept.summary.ignoredMembers == 1, "\(name)")
        }
    }

    @Test func sideFilesNameTheLine() throws {
        let directory = try TestDirectory()
        try directory.write(Self.windows("key,caption\na,\"a\n\nété\"\n"), "s.csv")
        #expect(
            throws: CaptionFileError.row(
                path: directory.path + "/s.csv",
                line: 4,
                problem:
                    "byte 0xE9 stands where UTF-8 has none; convert it, as with `iconv -f WINDOWS-1252 -t UTF-8`"
            )
        ) { try CaptionFile.open(CaptionFileSettings(paths: [directory.path + "/s.csv"])) }
        for name in ["u.csv", "u.jsonl"] {
            try directory.write(Self.utf16("key,caption\na,b\n"), name)
            let error = #expect(throws: CaptionFileError.self) {
                try CaptionFile.open(CaptionFileSettings(paths: [directory.path + "/" + name]))
            }
            #expect(error?.description.contains("it is UTF-16 text; convert it") == true, "\(name)")
        }
    }

    @Test func whatPythonWritesOfLinesIsRead() throws {
        let directory = try TestDirectory()
        let lines = [
            #"{"image": "a.png", "score": NaN, "caption": "a \ud83d cut", "id": 123456789012345678901234567890}"#,
            #"{"image": "b.png", "nested": [{"x": -Infinity}], "caption": 3, "title": "b", "id": 7.0}"#,
            #"{"image": "c.png", "caption": "first", "caption": "last", "id": "c"}"#,
        ]
        try directory.write(Array(lines.joined(separator: "\n").utf8), "l.jsonl")
        let data = try ShardDataset.open([directory.path + "/l.jsonl"])
        #expect((0..<3).map { data.label(at: $0).key } == ["123456789012345678901234567890", "7", "c"])
        #expect(try (0..<3).map { try data.field("txt", at: $0)?.text } == ["a \u{FFFD} cut", "b", "last"])
        let packed = try PackListing(captionFields: PackListing.usualFields).candidates(
            of: directory.path + "/l.jsonl"
        )
        #expect(packed.map { $0.captions.map(\.text) } == [["a \u{FFFD} cut"], ["b"], ["last"]])
        let side = lines.map { $0.replacing("\"image\"", with: "\"key\"").replacing("\"id\"", with: "\"n\"") }
        try directory.write(Array((side[0] + "\n" + side[2]).utf8), "side.jsonl")
        let file = try CaptionFile.open(CaptionFileSettings(paths: [directory.path + "/side.jsonl"]))
        #expect(try file.texts(for: "a.png") == ["a \u{FFFD} cut"] && file.texts(for: "c.png") == ["last"])
    }

    @Test func thePicturesColumnMayHaveAnyName() throws {
        let directory = try TestDirectory()
        try directory.write(Array("photo;words;url\nin/A.JPG;a cat;https://e.org/a.jpg\n".utf8), "l.csv")
        try directory.write(Array(#"{"photo": "in/A.JPG", "caption": "a cat"}"#.utf8), "l.jsonl")
        try directory.write([48], "in/A.JPG")
        for name in ["l.csv", "l.jsonl"] {
            let data = try ShardDataset.open(
                [directory.path + "/" + name],
                index: directory.path + "/\(name).i"
            )
            #expect(try data.field("jpg", at: 0)?.text == "0", "\(name)")
        }
        let packed = try PackListing(captionFields: ["words"]).candidates(of: directory.path + "/l.csv")
        #expect(
            packed.map(\.image) == [directory.path + "/in/A.JPG"] && packed[0].captions[0].text == "a cat"
        )
        // Two of them cannot be told apart, and an address is no path.
        for text in ["photo,thumb,caption\na.jpg,b.jpg,c\n", "url,caption\nhttps://e.org/a.jpg,c\n"] {
            try directory.write(Array(text.utf8), "two.csv")
            let error = #expect(throws: ShardError.self) {
                try ShardDataset.open([directory.path + "/two.csv"])
            }
            #expect(error?.description.contains("no column for the pictures' paths") == true)
        }
    }

    @Test func aJSONListIsRefusedByName() throws {
        let directory = try TestDirectory()
        try directory.write(Array(#"[{"image": "a.png", "caption": "c"}]"#.utf8), "list.json")
        for name in ["list.json", "*.json"] {
            let error = #expect(throws: ShardError.self) {
                try ShardDataset.open([directory.path + "/" + name])
            }
            #expect(error?.description.contains("jq -c '.[]' list.json > list.jsonl") == true)
        }
        let remote = #expect(throws: ShardError.self) { try ShardList("https://example.org/list.json?x=1") }
        #expect(remote?.description.contains("read from local files only") == true)
    }
}

import Foundation
import Testing

@testable import CLIPData

@Suite struct PackListingTests {
    private let listing = PackListing(captionFields: ["title", "caption", "description"])

    @Test func columnsBecomeCaptions() throws {
        let fixture = try PackFixture()
        let path = try fixture.write(
            "\u{FEFF}filepath\tdescription\ttitle\tsize\nb/v1.2.png\tlong  text\tshort\t5\n".utf8,
            to: "l.tsv"
        )
        let candidate = try #require(try listing.candidates(of: path).first)
        #expect(candidate.key == "b/v1_2")
        #expect(candidate.image == fixture.folder + "/in/b/v1.2.png")
        #expect(candidate.captions.map(\.field) == ["title", "description"])
        #expect(candidate.captions.map(\.text) == ["short", "long text"])
    }

    @Test func listingsAreReadAsDataSetsAre() throws {
        let fixture = try PackFixture()
        let rows = try fixture.write("file_name;Caption;id\na.png;\"a; b\";7\nb.png;c;\n".utf8, to: "l.csv")
        let table = try listing.candidates(of: rows)
        #expect(table.map(\.key) == ["7", "b"])
        #expect(table.map { $0.captions.map(\.text) } == [["a; b"], ["c"]])
        let lines = try fixture.write(
            "\u{FEFF}{\"filepath\": \"a.png\", \"id\": 3, \"alt\": \"x\"}\n".utf8,
            to: "l.ndjson"
        )
        let object = try #require(try PackListing(captionFields: ["alt"]).candidates(of: lines).first)
        #expect(object.key == "3" && object.image == fixture.folder + "/in/a.png")
        #expect(object.captions == [.init(field: "alt", text: "x")])
        let empty = try fixture.write([UInt8](), to: "empty.csv")
        let error = #expect(throws: ShardError.self) { try listing.candidates(of: empty) }
        #expect(error?.description.contains("there is no row") == true)
    }

    @Test func severalListingsAreReadOneBehindTheOther() throws {
        let fixture = try PackFixture()
        let folder = fixture.folder + "/in"
        for name in ["a", "b"] {
            try fixture.write("image,caption\n\(name).png,\(name)\nx.png,both\n".utf8, to: "\(name).csv")
        }
        try fixture.write("{\"image\": \"c.png\", \"caption\": \"c\"}\n".utf8, to: "c.jsonl")
        let keys = ["a", "x", "b", "x-2"]
        for input in ["\(folder)/*.csv", "\(folder)/{a,b}.csv", "\(folder)/a.csv::\(folder)/b.csv"] {
            let found = try listing.candidates(of: input)
            #expect(found.map(\.key) == keys)
            #expect(found.map { $0.captions.map(\.text) } == [["a"], ["both"], ["b"], ["both"]])
            #expect(found[1].image == folder + "/x.png" && !ShardList.namesShards(input))
        }
        #expect(try listing.candidates(of: "\(folder)/?.*").map(\.key) == keys + ["c"])
        let nothing = #expect(throws: ShardError.self) { try listing.candidates(of: "\(folder)/*.tsv") }
        #expect(nothing?.description.contains("no file matches the glob") == true)
        #expect(throws: PackError.unknownInput(path: "\(folder)/none.csv")) {
            try listing.candidates(of: "\(folder)/none.csv")
        }
        // And they are packed.
        for (number, name) in ["a", "b", "x"].enumerated() {
            try fixture.picture("\(name).png", seed: number)
        }
        let report = try ShardPacker(.init(input: "\(folder)/*.csv", output: fixture.output)).run()
        #expect(report.samples == 3 && report.drops == ["duplicate": 1])
    }

    @Test func foldersWithoutPicturesAreRefused() throws {
        let fixture = try PackFixture()
        try fixture.write("text".utf8, to: "a.txt")
        let folder = fixture.folder + "/in"
        let error = #expect(throws: ShardError.self) { try listing.candidates(of: folder) }
        let words = error?.description ?? ""
        #expect(words.contains("'\(folder)': the folder holds neither .tar files nor pictures"), "\(words)")
    }

    @Test func picturesOfOneNameShareTheirCaptions() throws {
        let fixture = try PackFixture()
        try fixture.write("text".utf8, to: "a.txt")
        try fixture.picture("a.png")
        try fixture.picture("a.jpg")
        let found = try listing.candidates(of: fixture.folder + "/in")
        #expect(
            found.map(\.key) == ["a", "a-2"] && found.map { $0.captions.map(\.text) } == [["text"], ["text"]]
        )
        #expect(found.map { $0.image.suffix(5) } == ["a.jpg", "a.png"])
    }

    @Test func badListingsAreExplained() throws {
        let fixture = try PackFixture()
        let cases: [(String, String, String)] = [
            (
                "a.csv", "picture,caption\n",
                "no column for the pictures' paths: expected one of image, filepath"
            ),
            ("b.csv", "image,words\n", "no column for captions: expected one of title, caption"),
            ("c.csv", "image,caption\na.png\n", "line 2: there is 1 cell"),
            ("d.jsonl", "{\"image\": \"a.png\"}\n\n{oops\n", "line 3: it is no JSON object"),
            (
                "e.jsonl", "{\"caption\": \"a\"}\n",
                "there is no picture, only \"caption\"; expected one object"
            ),
            ("f.jsonl", "{\"image\": 3, \"path\": \"\"}\n", "only \"image\" (no text), \"path\" (empty)"),
            ("g.jsonl", "{\"image\": \"a\", \"captions\": {\"A b\": \"c\"}}\n", "the field 'A b'"),
            ("h.jsonl", "\n", "names no picture"),
            ("i.json", "[{\"image\": \"a.png\", \"title\": \"t\"}]", "jq -c '.[]' list.json > list.jsonl"),
            ("k.jsonl", "{\"image\": \"a\", \"fields\": {\"cls\": 4}}\n", "\"fields.cls\" is no text"),
        ]
        for (name, text, expected) in cases {
            let path = try fixture.write(text.utf8, to: name)
            let error = #expect(throws: ShardError.self) { try listing.candidates(of: path) }
            #expect(error?.description.contains(expected) == true, "\(name): \(error?.description ?? "-")")
        }
        let parquet = try fixture.write("PAR1".utf8, to: "l.parquet")
        #expect(throws: PackError.unknownInput(path: parquet)) { try listing.candidates(of: parquet) }
        #expect(throws: PackError.unknownInput(path: "/nowhere")) { try listing.candidates(of: "/nowhere") }
    }

    @Test func captionFieldsDecideWhatIsReadOfLists() throws {
        let fixture = try PackFixture()
        let path = try fixture.write(
            #"{"image": "a.png", "text": "t", "Alt text": ["x", "", "y"], "captions": ["c"]}"#.utf8,
            to: "l.jsonl"
        )
        let found = try PackListing(captionFields: ["Alt text", "prompt"]).candidates(of: path)
        #expect(found[0].captions.map(\.field) == ["alt_text", "alt_text2", "caption"])
        #expect(found[0].captions.map(\.text) == ["x", "y", "c"])
        let usual = ShardPacker.Configuration(input: path, output: "").captionFields
        #expect(
            try PackListing(captionFields: usual).candidates(of: path)[0].captions.map(\.text) == ["c", "t"]
        )
    }

    @Test func foldersUseSidecars() throws {
        let fixture = try PackFixture()
        try fixture.picture("a.png")
        try fixture.write("first\n\n second \n".utf8, to: "a.txt")
        try fixture.picture("b.JPG")
        try fixture.write(
            #"{"title": "from json", "captions": ["one", "two"], "fields": {"cls": "4"}}"#.utf8,
            to: "b.json"
        )
        try fixture.picture("c.png")
        let found = try listing.candidates(of: fixture.folder + "/in")
        #expect(found.map(\.key) == ["a", "b", "c"])
        #expect(found[0].captions.map(\.text) == ["first", "second"])
        #expect(found[1].captions.map(\.text) == ["from json", "one", "two"])
        #expect(found[1].fields == ["cls": "4"])
        #expect(found[2].captions.isEmpty)
    }

    @Test func repeatedKeysAreToldApart() throws {
        let fixture = try PackFixture()
        let line = #"{"key": "k", "image": "a.png", "title": "t"}"#
        let path = try fixture.write("\(line)\n\(line)\n\(line)\n".utf8, to: "l.jsonl")
        #expect(try listing.candidates(of: path).map(\.key) == ["k", "k-2", "k-3"])
    }

    @Test(.timeLimit(.minutes(1)))
    func manyEqualKeysTakeNoQuadraticTime() {
        let candidate = PackCandidate(key: "k", image: "a.png", captions: [])
        var taken = candidate
        taken.key = "k-3"
        var candidates = [taken] + Array(repeating: candidate, count: 20_000)
        PackCandidate.distinguish(&candidates)
        #expect(candidates.prefix(5).map(\.key) == ["k-3", "k", "k-2", "k-4", "k-5"])
        #expect(candidates.last?.key == "k-20001")
    }

    @Test func keysThatWebDatasetSkipsAreChanged() {
        #expect(PackCandidate.key(from: "__init__") == "__init__-")
        #expect(PackCandidate.key(from: "__init") == "__init")
    }
}

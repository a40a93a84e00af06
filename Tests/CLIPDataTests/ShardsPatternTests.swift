import Foundation
import Testing

@testable import CLIPData

@Suite struct ShardsPatternTests {
    @Test(arguments: [
        ("{000..003}.tar", ["000.tar", "001.tar", "002.tar", "003.tar"]),
        ("{8..11}", ["8", "9", "10", "11"]),
        ("{08..11}", ["08", "09", "10", "11"]),
        ("{3..1}", ["3", "2", "1"]),
        ("{0..10..5}", ["0", "5", "10"]),
        ("{a,b}{0..1}", ["a0", "a1", "b0", "b1"]),
        ("x{a,{1..2},c}y", ["xay", "x1y", "x2y", "xcy"]),
        ("{a,b{x,y}z}", ["a", "bxz", "byz"]),
        ("{,a}b", ["b", "ab"]),
        ("plain.tar", ["plain.tar"]),
        ("{single}", ["{single}"]),
        ("open{1..2", ["open{1..2"]),
        ("{u{1..2}", ["{u1", "{u2"]),
        ("{-1..1}", ["-1", "0", "1"]),
    ])
    func expands(pattern: String, names: [String]) throws {
        #expect(try BracePattern.expand(pattern) == names)
    }

    @Test(arguments: [
        "{0..99999999999}", "{0..9}{0..999}{0..999}{0..9}", "{-9223372036854775808..9223372036854775807}",
    ])
    func refusesTooLargePatterns(pattern: String) {
        #expect(throws: ShardError.patternTooLarge(pattern: pattern, limit: BracePattern.limit)) {
            try BracePattern.expand(pattern)
        }
    }

    @Test func listsFilesPatternsGlobsAndDirectories() throws {
        let directory = try TestDirectory()
        for name in ["a/00.tar", "a/01.tar", "b/x.tar", "b/y.tar", "b/notes.txt"] {
            try directory.write([], name)
        }
        let root = directory.path
        #expect(try ShardList("\(root)/a/{00..01}.tar").paths == ["\(root)/a/00.tar", "\(root)/a/01.tar"])
        #expect(try ShardList("\(root)/b").paths == ["\(root)/b/x.tar", "\(root)/b/y.tar"])
        #expect(try ShardList("\(root)/b/*.tar").paths == ["\(root)/b/x.tar", "\(root)/b/y.tar"])
        let joined = try ShardList("\(root)/b::\(root)/a/01.tar")
        #expect(joined.paths == ["\(root)/b/x.tar", "\(root)/b/y.tar", "\(root)/a/01.tar"])
        #expect(joined.sources == [0, 0, 1])
        #expect(try ShardList(["\(root)/b", "\(root)/a/01.tar"]).paths == joined.paths)
    }

    @Test func namesWhatIsMissing() throws {
        let directory = try TestDirectory()
        try directory.write([], "00.tar")
        try directory.write([], "d/readme")
        let root = directory.path
        #expect(
            throws: ShardError.missing(
                specification: "\(root)/{00..03}.tar",
                first: "\(root)/01.tar",
                missing: 3,
                named: 4
            )
        ) { try ShardList("\(root)/{00..03}.tar") }
        #expect(throws: ShardError.self) { try ShardList("\(root)/d") }
        #expect(throws: ShardError.self) { try ShardList("\(root)/*.zip") }
        #expect(throws: ShardError.self) { try ShardList("") }
        #expect(throws: ShardError.self) { try ShardList("https://example.org/0.csv") }
        #expect(throws: ShardError.repeated(path: "\(root)/./00.tar")) {
            try ShardList("\(root)/00.tar::\(root)/./00.tar")
        }
    }

    @Test func aMissingPathIsNoPattern() throws {
        let path = try TestDirectory().path + "/nothing.tar"
        let error = #expect(throws: ShardError.self) { try ShardList(path) }
        #expect(error?.description == "'\(path)' does not exist. Correct the path.")
        let pattern = #expect(throws: ShardError.self) { try ShardList("/nowhere/{0..1}.tar") }
        #expect(pattern?.description.contains("Correct the pattern or fetch") == true)
    }

    @Test func namesOfShardsAreToldFromOthers() throws {
        let directory = try TestDirectory()
        for name in ["tars/x.TGZ", "tars/list.csv", "pictures/a.png", "pictures/.b.tar"] {
            try directory.write([], name)
        }
        let shards = [
            "a.tar", "{00..99}.tar.gz", "x.csv::y.tar", "pipe:cat x", "https://h/x", directory.path + "/tars",
            directory.path + "/tars/*",
        ]
        #expect(shards.allSatisfy(ShardList.namesShards))
        let others = [
            "a.csv", "list.jsonl", "nowhere", "x::y.csv", directory.path + "/pictures",
            directory.path + "/tars/*.csv",
        ]
        #expect(!others.contains(where: ShardList.namesShards))
    }

    @Test func messagesHideSecrets() throws {
        for source in [
            "https://me:secret@h/{0..x.tar", "https://h/{0..9}.csv?sig=secret",
            "https://h/0.tar?sig=secret::https://h/0.tar?sig=secret",
        ] {
            let error = #expect(throws: ShardError.self, "\(source)") { try ShardList(source) }
            let words = error?.description ?? "secret"
            #expect(words.contains("https://h/") && !words.contains("secret"), "\(words)")
        }
        let shown = ShardList.redacted("a.tar::https://h/{0..9}.tar?sig=secret")
        #expect(shown == "a.tar::https://h/{0..9}.tar?sig=…")
        #expect(ShardList.redacted("pipe:cat " + String(repeating: "x", count: 500)).count < 220)
    }
}

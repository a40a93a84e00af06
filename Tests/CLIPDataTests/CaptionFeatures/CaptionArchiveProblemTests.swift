import Foundation
import Testing

@testable import CLIPData

/// Published caption features that do not fit.
@Suite struct CaptionArchiveProblemTests {
    private let fixture: ArchiveFixture

    init() throws { fixture = try ArchiveFixture() }

    @Test func keysThatDifferAreNamed() throws {
        try fixture.writeArchive(1) { number, members in
            if number == 4 { members = members.map { ("other.\($0.0.split(separator: ".")[1])", $0.1) } }
        }
        let archive = fixture.path("00001_text_embeddings.tar")
        let error = CaptionArchiveError.key(
            archive: archive,
            shard: fixture.path("00001.tar"),
            number: 2,
            found: "other",
            expected: "k4"
        )
        #expect(throws: error) { try fixture.importAll("a") }
        #expect(error.description.contains("Sample 2 is 'k4' in") && error.description.contains("'other' in"))
        // One sample less, and one more.
        try fixture.writeArchive(1) { number, members in if number == 5 { members = [] } }
        let fewer = #expect(throws: CaptionArchiveError.self) { try fixture.importAll("b") }
        #expect(
            fewer?.description.contains("'k5' in") == true
                && fewer?.description.contains("missing in") == true
        )
        try fixture.writeArchive(1) { number, members in
            if number == 5 { members.append(("more.longsv_captions", [0, 0, 0, 0, 0, 0])) }
        }
        let more = #expect(throws: CaptionArchiveError.self) { try fixture.importAll("c") }
        #expect(more?.description.contains("missing in '\(fixture.path("00001.tar"))' and 'more' in") == true)
        // A second try does not pass over it.
        #expect(throws: CaptionArchiveError.self) { try fixture.importAll("c") }
        // In the first shard the end is looked at, too.
        try fixture.writeArchive(1)
        try fixture.writeArchive(0) { number, members in
            if number == 2 { members.append(("more.longsv_captions", [0, 0, 0, 0, 0, 0])) }
        }
        #expect(throws: CaptionArchiveError.self) { try fixture.importAll("d") }
    }

    @Test func vectorsThatCannotBeAreNamed() throws {
        let archive = fixture.path("00000_text_embeddings.tar")
        func change(_ values: [Float]?) throws {
            for suffix in ["unfinished", "journal"] where fixture.directory.exists("imported.\(suffix)") {
                try fixture.directory.remove("imported.\(suffix)")
            }
            try fixture.writeArchive(0) { number, members in
                guard number == 1 else { return }
                if let values { members[1].1 = values } else { members.removeLast() }
            }
        }
        let member = "k1.longsv_captions"
        try change([1, 2, .nan, 4, 5, 6])
        let error = #expect(throws: CaptionArchiveError.self) { try fixture.importAll() }
        #expect(error?.description.contains("'k1.longsv_captions' in '\(archive)' holds nan") == true)
        try change([1, 2, 7e4, 4, 5, 6])
        #expect(throws: CaptionArchiveError.number(archive: archive, member: member, value: 7e4)) {
            try fixture.importAll(type: .float16)
        }
        try change([1, 2])
        #expect(throws: CaptionArchiveError.size(archive: archive, member: member, bytes: 8, width: 6)) {
            try fixture.importAll()
        }
        try change(nil)
        #expect(throws: CaptionArchiveError.noMember(archive: archive, member: member)) {
            try fixture.importAll()
        }
        #expect(throws: CaptionArchiveError.empty(archive: archive, members: ["x", "y"])) {
            try fixture.importAll(members: ["x", "y"])
        }
        #expect(throws: CaptionArchiveError.self) { try fixture.importAll(members: ["longsv_captions"]) }
        try fixture.directory.remove("00001_text_embeddings.tar")
        try fixture.writeArchive(0)
        #expect(throws: CaptionArchiveError.missing(archive: fixture.path("00001_text_embeddings.tar"))) {
            try fixture.importAll()
        }
    }

    @Test func dataThatHasNoArchives() throws {
        // A glob that takes the archives for shards.
        let all = try ShardDataset.open([fixture.path("*.tar")], index: fixture.path("all.clipidx"))
        let archives = CaptionArchives(members: ArchiveFixture.members)
        let settings = CaptionFeatureWriter.Settings(width: 6, model: .init(name: "m"))
        #expect(throws: CaptionArchiveError.isArchive(name: fixture.path("00000_text_embeddings.tar"))) {
            try CaptionFeatureWriter(
                all,
                sources: ArchiveFixture.sources,
                settings: settings,
                to: fixture.path("x")
            )
            .write(importing: archives)
        }
        var tar = TestTar()
        for number in 0..<3 {
            tar.add("k\(number).jpg", "\(number)")
            tar.add("k\(number).txt", "short \(number)")
            tar.add("k\(number).json", #"{"long": ["long \#(number)", "longer"]}"#)
        }
        try fixture.directory.write(tar.closed, "00000.tar")
        let label = SampleLabel(key: "k0", shard: fixture.path("00000.tar"))
        #expect(throws: CaptionArchiveError.texts(label: label, source: "long", found: 2)) {
            try fixture.importAll()
        }
    }
}

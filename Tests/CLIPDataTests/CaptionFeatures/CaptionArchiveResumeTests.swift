import Testing

@testable import CLIPData

/// Imports that end early.
@Suite struct CaptionArchiveResumeTests {
    private let fixture: ArchiveFixture

    init() throws { fixture = try ArchiveFixture() }

    /// Other members or archives are other vectors, and nothing of the captions shows it.
    @Test func anImportGoesOnWithItsOwnArchives() throws {
        for shard in 0..<2 {
            let name = "0000\(shard)_text_embeddings.tar"
            try fixture.directory.write(fixture.directory.read(name), "other/\(name)")
        }
        try fixture.writeArchive(1) { number, members in
            if number == 4 { members = members.map { ("x.\($0.0.split(separator: ".")[1])", $0.1) } }
        }
        #expect(throws: CaptionArchiveError.self) { try fixture.importAll() }
        let members = ArchiveFixture.members
        let exchanged = #expect(throws: CaptionFeatureWorkError.self) {
            try fixture.importAll(members: members.reversed())
        }
        #expect(
            exchanged?.description.contains(
                "members short=\(members[0]),long=\(members[1]) and not short=\(members[1]),long=\(members[0])"
            ) == true
        )
        let elsewhere = #expect(throws: CaptionFeatureWorkError.self) {
            try fixture.importAll(folder: fixture.path("other"))
        }
        let folder = FilePath.absolute(fixture.path("other"))
        #expect(
            elsewhere?.description.contains("archives beside the shards and not in '\(folder)'") == true,
            "\(elsewhere.map { "\($0)" } ?? "")"
        )
        try fixture.writeArchive(1)
        let file = try fixture.importAll()
        #expect(file.header.sources.map(\.member) == members && file.header.archives == nil)
        for ordinal in 0..<6 {
            let rows = try file.entries(of: ordinal).map { try file.row($0.row) }
            #expect(rows == ["short \(ordinal)", "long \(ordinal)"].map(FeatureFixture.vector))
        }
    }
}

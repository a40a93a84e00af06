import Foundation
import LocalFiles
import Testing

@testable import CLIPData

/// Caption features as they are published.
@Suite struct CaptionArchiveTests {
    private let fixture: ArchiveFixture

    init() throws { fixture = try ArchiveFixture() }

    @Test func aRoundTripKeepsEveryBit() throws {
        let file = try fixture.importAll()
        #expect(file.header.width == FeatureFixture.width && file.header.captions == 12)
        #expect(file.header.model.fingerprint == nil)
        for ordinal in 0..<6 {
            let rows = try file.entries(of: ordinal).map { try file.row($0.row) }
            #expect(rows == ["short \(ordinal)", "long \(ordinal)"].map(FeatureFixture.vector))
        }
        try FileManager.default.createDirectory(
            atPath: fixture.path("out"),
            withIntermediateDirectories: true
        )
        let exporter = try CaptionFeatureExporter(
            CaptionFeatures([fixture.path("imported")]),
            of: fixture.data(),
            sources: ArchiveFixture.sources,
            to: CaptionArchives(members: ArchiveFixture.members, folder: fixture.path("out"))
        )
        let written = try exporter.write()
        #expect(written == (0..<2).map { fixture.path("out/0000\($0)_text_embeddings.tar") })
        // The same members with the same bytes, and so the same file again.
        for shard in 0..<2 {
            let name = "0000\(shard)_text_embeddings.tar"
            let (one, other) = try (fixture.directory.read(name), fixture.directory.read("out/" + name))
            let (old, new) = try (TestTar.read(one), TestTar.read(other))
            #expect(old.map(\.name) == new.map(\.name))
            for (first, second) in zip(old, new) {
                #expect(
                    one[first.offset..<first.offset + first.size]
                        == other[second.offset..<second.offset + second.size]
                )
            }
        }
        try fixture.importAll("again", folder: fixture.path("out"))
        #expect(try fixture.directory.read("again") == fixture.directory.read("imported"))
        #expect(throws: CaptionFeatureWorkError.self) {
            try CaptionFeatureExporter(
                CaptionFeatures([fixture.path("imported")]),
                of: fixture.data(),
                sources: ArchiveFixture.sources,
                to: CaptionArchives(members: ArchiveFixture.members, folder: fixture.path("out"))
            )
        }
    }

    @Test func aSourceMayBeLeftOut() throws {
        let data = try fixture.data()
        let archives = CaptionArchives(members: ["longsv_captions"])
        let settings = CaptionFeatureWriter.Settings(width: 6, model: .init(name: "m"))
        _ = try CaptionFeatureWriter(
            data,
            sources: [ArchiveFixture.sources[1]],
            settings: settings,
            to: fixture.path("long")
        )
        .write(importing: archives)
        let bound = try CaptionFeatures([fixture.path("long")])
            .embeddings(of: CaptionPolicy(sources: [ArchiveFixture.sources[1]]), in: data)
        let row = try bound.embedding(ordinal: 5, source: 0, key: CaptionKey.of("long 5"))
        #expect(row == FeatureFixture.vector("long 5").map { Float(Float16($0)) })
    }
}

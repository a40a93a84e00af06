import Foundation

@testable import CLIPData

/// Two shards of three samples with the archives of their captions.
struct ArchiveFixture {
    let directory: TestDirectory
    static let members = ["shortsv_captions", "longsv_captions"]
    static let sources = FeatureFixture.sources

    init() throws {
        directory = try TestDirectory()
        for shard in 0..<2 {
            var tar = TestTar()
            for number in shard * 3..<shard * 3 + 3 {
                tar.add("k\(number).jpg", "\(number)")
                tar.add("k\(number).txt", "short \(number)")
                tar.add("k\(number).json", #"{"long": "long \#(number)"}"#)
            }
            try directory.write(tar.closed, "0000\(shard).tar")
        }
        try writeArchive(0)
        try writeArchive(1)
    }

    func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    func data() throws -> ShardDataset {
        try ShardDataset.open([path("{00000..00001}.tar")], index: path("index.clipidx"))
    }

    /// As the authors write it: raw numbers, low byte first.
    func writeArchive(_ shard: Int, change: (Int, inout [(String, [Float])]) -> Void = { _, _ in })
        throws
    {
        var tar = TestTar()
        for number in shard * 3..<shard * 3 + 3 {
            let kinds = ["short", "long"]
            var members = zip(kinds, Self.members).map {
                ("k\(number).\($1)", FeatureFixture.vector("\($0) \(number)"))
            }
            change(number, &members)
            for (name, values) in members {
                let bytes = values.flatMap { value in
                    (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
                }
                tar.add(name, bytes)
            }
        }
        try directory.write(tar.closed, "0000\(shard)_text_embeddings.tar")
    }

    @discardableResult
    func importAll(
        _ name: String = "imported",
        members: [String] = ArchiveFixture.members,
        folder: String? = nil,
        type: CaptionFeatureType = .float32
    ) throws -> CaptionFeatureFile {
        let data = try data()
        let archives = CaptionArchives(members: members, folder: folder)
        var settings = CaptionFeatureWriter.Settings(
            width: try archives.width(for: data),
            model: .init(name: "imported")
        )
        settings.type = type
        settings.chunk = 2
        _ = try CaptionFeatureWriter(data, sources: Self.sources, settings: settings, to: path(name))
            .write(importing: archives)
        return try CaptionFeatureFile(path(name))
    }
}

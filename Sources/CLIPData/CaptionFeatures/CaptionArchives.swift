import Foundation

/// Where features of captions lie as they are published: beside each shard `NNNNN.tar` a `NNNNN_text_embeddings.tar` with the
/// same keys in the same order, and in it for each sample and source a member `KEY.NAME` of float32 numbers, low byte first.
public struct CaptionArchives: Sendable, Hashable {
    /// What stands between a shard's name and its suffix.
    public static let mark = "_text_embeddings"

    /// The folder of the archives; nil for beside each shard.
    public var folder: String?
    /// For each source, the suffix of its members, as `longsv_captions`.
    public var members: [String]

    /// Describes archives.
    public init(members: [String], folder: String? = nil) {
        self.members = members.map(CaptionField.suffix)
        self.folder = folder
    }

    /// The archive of a shard.
    ///
    /// - Throws: ``CaptionArchiveError``.
    func path(of container: DataContainer) throws(CaptionArchiveError) -> String {
        guard container.kind == .tar, container.isLocal else {
            throw .noShard(name: container.redactedName)
        }
        let name = (container.name as NSString).lastPathComponent
        let lower = name.lowercased()
        let suffix = [".tar.gz", ".tgz", ".tar"].first(where: lower.hasSuffix) ?? ""
        let stem = String(name.dropLast(suffix.count))
        guard !stem.hasSuffix(Self.mark) else { throw .isArchive(name: container.name) }
        return "\(folder ?? FilePath.directory(of: container.name))/\(stem)\(Self.mark).tar"
    }

    /// Refuses a list of members that cannot stand for some sources.
    func validate(sources: [CaptionSource]) throws(CaptionArchiveError) {
        guard members.count == sources.count, Set(members).count == members.count, !members.contains("")
        else {
            throw .members(found: members, sources: sources.map(\.name))
        }
    }

    /// The width of the vectors in the first archive.
    ///
    /// - Throws: ``CaptionArchiveError``; `ShardError`.
    public func width(for data: ShardDataset) throws -> Int {
        for part in data.parts {
            let archive = try CaptionArchive(path(of: part.container))
            while let sample = try archive.next() {
                if let field = sample.fields.first(where: { members.contains($0.suffix) }) {
                    guard field.size > 0, field.size % 4 == 0 else {
                        throw CaptionArchiveError.size(
                            archive: archive.path,
                            member: "\(sample.key).\(field.suffix)",
                            bytes: field.size,
                            width: nil
                        )
                    }
                    return field.size / 4
                }
            }
        }
        throw CaptionArchiveError.empty(
            archive: try path(of: data.parts[0].container),
            members: members
        )
    }
}

/// One archive, read front to back.
final class CaptionArchive {
    let path: String
    private let file: MappedFile
    private var scanner: SampleScanner

    /// - Throws: `CaptionArchiveError.missing`; `ShardError.file`.
    init(_ path: String) throws {
        guard FilePath.kind(of: path) != nil else { throw CaptionArchiveError.missing(archive: path) }
        self.path = path
        file = try MappedFile(path)
        scanner = SampleScanner(file.bytes, shard: path)
    }

    /// The next sample; nil at the end.
    func next() throws -> ScannedSample? {
        defer { withExtendedLifetime(file) {} }
        do {
            return try scanner.next()
        } catch {
            throw ShardError.tar(error)
        }
    }

    /// The numbers of a member.
    func numbers(_ field: ScannedField) -> [Float] {
        defer { withExtendedLifetime(file) {} }
        return (0..<field.size / 4).map { place in
            let bits = file.bytes.loadUnaligned(fromByteOffset: field.offset + place * 4, as: UInt32.self)
            return Float(bitPattern: UInt32(littleEndian: bits))
        }
    }
}

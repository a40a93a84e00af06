import Foundation
import LocalFiles

/// Writes what a source yields, unpacked, under a temporary name.
final class SpoolWriter {
    /// The first bytes of a gzip file.
    static let magic: [UInt8] = [0x1F, 0x8B]
    private let entry: SpoolEntry
    private let location: Location
    private let cache: RemoteCache
    private let file: SharedFile
    private var hash = ContentHash()
    private var written = 0
    /// The first bytes, until there are enough to tell what it is.
    private var start: [UInt8]? = []
    private var gunzip: Gunzip?

    init(entry: SpoolEntry, location: Location, cache: RemoteCache) throws {
        self.entry = entry
        self.location = location
        self.cache = cache
        file = try SharedFile(opening: entry.part, creates: true)
        try file.resize(to: 0)
        _ = try file.tryLock(.shared)
    }

    func take(_ piece: UnsafeRawBufferPointer) throws {
        guard var start else { return try pass(piece) }
        start.append(contentsOf: piece)
        self.start = start
        if start.count >= 2 { try decide() }
    }

    func finish(version: String) throws -> SpoolEntry.Facts {
        if start != nil { try decide() }
        try gunzip?.finish()
        try file.synchronize()
        return SpoolEntry.Facts(version: version, byteCount: written, contentHash: hash.value)
    }

    /// Removes what was written.
    func discard() {
        try? cache.change(entry.part) { try FileManager.default.removeItem(at: entry.part) }
    }

    private func decide() throws {
        let first = start ?? []
        start = nil
        if first.starts(with: Self.magic) {
            gunzip = Gunzip(source: location.description)
        } else if location.isNamedCompressed {
            let problem: GzipProblem = first.count < 2 ? .truncated : .notGzip
            throw RemoteError.gzip(source: location.description, problem: problem, offset: 0)
        }
        try first.withUnsafeBytes(pass)
    }

    private func pass(_ piece: UnsafeRawBufferPointer) throws {
        guard let gunzip else { return try put(piece) }
        try gunzip.feed(piece) { unpacked in
            guard unpacked.count <= cache.settings.unpackedLimit - written else {
                throw RemoteError.tooLarge(
                    source: "\(location), unpacked,",
                    limit: cache.settings.unpackedLimit,
                    setting: "data.cache.unpackedLimit"
                )
            }
            try put(unpacked)
        }
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws {
        guard written + bytes.count <= cache.limit else {
            throw RemoteError.tooLarge(
                source: location.description,
                limit: cache.limit,
                setting: "data.cache.limit"
            )
        }
        let growth = cache.maximumGrowth(from: written, to: written + bytes.count)
        try cache.change(entry.part, adding: growth) {
            try RemoteError.local(entry.part.path, "write") { try file.write(bytes, at: written) }
        }
        hash.combine(bytes)
        written += bytes.count
    }
}

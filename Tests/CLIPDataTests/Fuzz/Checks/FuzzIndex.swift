import Foundation

@testable import CLIPData

/// An index that opens can be asked everything; what it says about a shard stays inside the shard.
enum FuzzIndex {
    /// The size and the time of the shards `s.tar` and `t.tar`, as the seeds have them.
    static let shardBytes = 2048
    static let shardSeconds = 1_000_000_000.0

    static func check(_ bytes: UnsafeRawBufferPointer, files: FuzzFiles) throws -> String {
        let path = try files.write(bytes, "index.clipidx")
        let shards = try ["s.tar", "t.tar"].map { try shard($0, files) }
        do {
            let index = try ShardIndex(path: path)
            try checkAppending(to: index, files: files)
            let known = shards.filter { index.shardNumbers[index.name(of: $0)] != nil }
            let data = try ShardDataset(ShardList(known.isEmpty ? shards : known), index: index)
            _ = data.summary.samples
            var fields = 0
            for position in Set([0, data.count / 2, data.count - 1]) {
                let ordinal = data.ordinal(at: position)
                try FuzzViolation.unless((0..<data.ordinalCount).contains(ordinal), "ordinal \(ordinal)")
                _ = (data.identity(at: position), data.label(at: position))
                for suffix in data.fieldCounts.keys.sorted().prefix(8) {
                    guard let field = try data.field(suffix, at: position) else { continue }
                    try FuzzViolation.unless(field.count <= shardBytes, "\(field.count) bytes of a field")
                    fields += field.withUnsafeBytes { $0.reduce(0) { $0 &+ Int($1) } } & 1
                }
            }
            return "opened"
        } catch let error as ShardError {
            return error.description
        } catch let error as SampleProblem {
            return error.description
        }
    }

    private static func shard(_ name: String, _ files: FuzzFiles) throws -> String {
        let path = "\(files.directory)/\(name)"
        guard FilePath.signature(of: path)?.modified != Int64(shardSeconds) * 1_000_000_000 else {
            return path
        }
        let zeros = [UInt8](repeating: 0, count: shardBytes)
        _ = try zeros.withUnsafeBytes { try files.write($0, name) }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: shardSeconds)],
            ofItemAtPath: path
        )
        return path
    }

    /// Every shard that the index names has its samples inside the index, and another shard can follow.
    private static func checkAppending(to index: ShardIndex, files: FuzzFiles) throws {
        for shard in index.file.metadata.shards {
            try FuzzViolation.unless(
                shard.firstOrdinal >= 0 && shard.samples >= 0
                    && shard.firstOrdinal <= index.sampleCount - shard.samples,
                "\(shard.samples) samples from \(shard.firstOrdinal) of \(index.sampleCount)"
            )
        }
        for ordinal in Set([0, index.sampleCount - 1]) where ordinal >= 0 && ordinal < index.sampleCount {
            _ = try (index.file.key(of: ordinal), index.file.fields(of: ordinal).map(\.size))
        }
        var contents = try IndexContents(index.file)
        let empty = try files.write(UnsafeRawBufferPointer(start: nil, count: 0), "empty.tar")
        let scan = try ContainerScanner(keepsReadable: false, access: ContainerAccess())
            .tar(DataContainer(name: empty, kind: .tar))
        try contents.append(scan, path: "empty.tar")
        try FuzzViolation.unless(
            contents.metadata.shards.last?.firstOrdinal == index.sampleCount,
            "an appended shard does not follow"
        )
    }
}

import Foundation

@testable import CLIPData

/// Writes tar files byte by byte, damaged ones too.
struct TestTar {
    var bytes: [UInt8] = []

    /// A header with a right checksum; `size` may lie about the content.
    static func header(_ name: String, size: UInt64, kind: Character = "0", prefix: String = "") -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ offset: Int) {
            for (place, byte) in text.utf8.enumerated() { header[offset + place] = byte }
        }
        put(name, 0)
        put("0000644", 100)
        if size < 1 << 33 {
            let digits = String(size, radix: 8)
            put(String(repeating: "0", count: 11 - digits.count) + digits, 124)
        } else {
            header[124] = 0x80
            for place in 0..<8 {
                header[128 + place] = UInt8(truncatingIfNeeded: size >> UInt64(56 - 8 * place))
            }
        }
        header[156] = kind.asciiValue ?? 0
        put("ustar\0" + "00", 257)
        put(prefix, 345)
        put("        ", 148)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(String(String(sum + 0o10_000_000, radix: 8).dropFirst(2)) + "\0 ", 148)
        return header
    }

    mutating func add(_ name: String, _ content: [UInt8], kind: Character = "0", prefix: String = "") {
        bytes += Self.header(name, size: UInt64(content.count), kind: kind, prefix: prefix) + content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    mutating func add(_ name: String, _ content: String, kind: Character = "0", prefix: String = "") {
        add(name, Array(content.utf8), kind: kind, prefix: prefix)
    }

    /// The archive with its end marker.
    var closed: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    /// A pax record with its own length in front.
    static func pax(_ key: String, _ value: String) -> String {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count + 1
        while String(length).utf8.count + rest.utf8.count != length { length += 1 }
        return "\(length)\(rest)"
    }

    /// All members, or the error that reading them ends with.
    static func read(_ bytes: [UInt8], shard: String = "s.tar") throws -> [TarMember] {
        try bytes.withUnsafeBytes { buffer in
            var reader = TarReader(buffer, shard: shard)
            var members: [TarMember] = []
            while let member = try reader.next() { members.append(member) }
            return members
        }
    }
}

/// A directory that is removed when the test is over.
final class TestDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "clip-shards-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], _ name: String) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    /// Sets a file's modification time, in seconds since 1970.
    func touch(_ name: String, at seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: seconds)],
            ofItemAtPath: path + "/" + name
        )
    }

    /// A shard with samples `start ..< start + count`: a `.jpg` of two bytes that name the sample, and a caption.
    func writeShard(
        _ name: String,
        start: Int,
        count: Int,
        change: (Int, inout [(suffix: String, content: String)]) -> Void = { _, _ in }
    ) throws {
        var tar = TestTar()
        for sample in start..<start + count {
            var fields =
                [("jpg", "\(sample)"), ("txt", "caption \(sample)")] as [(suffix: String, content: String)]
            change(sample, &fields)
            for field in fields { tar.add("s\(sample).\(field.suffix)", field.content) }
        }
        try write(tar.closed, name)
    }
}

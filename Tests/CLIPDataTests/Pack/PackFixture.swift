import Foundation
import Testing

@testable import CLIPData

/// A folder of tiny pictures that is removed at the end.
final class PackFixture {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "pack-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder + "/in", withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    var output: String { folder + "/out" }

    @discardableResult
    func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        let path = folder + "/in/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// A PNG with a colour ramp that depends on `seed`.
    @discardableResult
    func picture(_ name: String, width: Int = 16, height: Int = 16, seed: Int = 0) throws -> String {
        try write(Self.png(Self.ramp(width: width, height: height, seed: seed), width, height), to: name)
    }

    static func ramp(width: Int, height: Int, seed: Int) -> [UInt8] {
        (0..<3 * width * height).map { UInt8(truncatingIfNeeded: $0 * 7 + seed * 31) }
    }

    static func png(_ rgb: [UInt8], _ width: Int, _ height: Int) throws -> [UInt8] {
        try ImageEncoder.png(level: 1).encode(RGBImage(width: width, height: height, pixels: rgb))
    }

    func configuration(_ lines: [String]) throws -> ShardPacker.Configuration {
        let input = try write((lines.joined(separator: "\n") + "\n").utf8, to: "list.jsonl")
        return ShardPacker.Configuration(input: input, output: output)
    }

    /// The members of a written shard, by a reader that shares nothing with the writer.
    func members(_ shard: String = "00000.tar") throws -> [(name: String, content: [UInt8])] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: output + "/" + shard)))
        return try PlainTar.members(bytes)
    }
}

/// A reader for just what ustar headers say, for checking the writer.
enum PlainTar {
    static func members(_ bytes: [UInt8]) throws -> [(name: String, content: [UInt8])] {
        var found: [(name: String, content: [UInt8])] = []
        var position = 0
        while bytes[position] != 0 {
            let header = Array(bytes[position..<position + 512])
            let stored = Int(text(header[148..<154]), radix: 8)
            let blanked = header.enumerated().map { (148..<156).contains($0) ? 32 : Int($1) }
            try #require(stored == blanked.reduce(0, +))
            let size = try #require(Int(text(header[124..<135]), radix: 8))
            let content = Array(bytes[position + 512..<position + 512 + size])
            found.append((text(header[0..<100]), content))
            position += 512 + (size + 511) / 512 * 512
        }
        try #require(bytes.count % 512 == 0 && bytes[position...].allSatisfy { $0 == 0 })
        try #require(bytes.count - position >= 1024)
        return found
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

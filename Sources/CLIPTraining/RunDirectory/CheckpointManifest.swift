import Crypto
import Foundation
import LocalFiles

/// The files of a checkpoint with sizes and SHA-256 sums, stored as `manifest.json`.
struct CheckpointManifest: Codable, Equatable, Sendable {
    /// One file.
    struct Entry: Codable, Equatable, Sendable {
        var path: String
        var bytes: Int
        var sha256: String
    }

    static let name = "manifest.json"

    static let format = FormatVersion(1)

    /// The number of the format.
    var version = format.current
    var files: [Entry]

    private struct Version: Decodable { var version: UInt64 }

    /// Describes all files below a directory.
    init(of directory: URL) throws {
        files = try Self.paths(below: directory).filter { $0 != Self.name }.map { path in
            let (bytes, sum) = try Self.measure(directory.appending(path: path))
            return Entry(path: path, bytes: bytes, sha256: sum)
        }
    }

    /// Reads the manifest of a checkpoint.
    ///
    /// Throws `RunDirectoryError.damaged`, or `UnreadableFormat` for that of another version, which is not damaged.
    init(readFrom directory: URL) throws {
        let data: Data
        do {
            data = try Data(contentsOf: directory.appending(path: Self.name))
        } catch {
            throw RunDirectoryError.damaged(path: directory.path, reason: "it has no \(Self.name)")
        }
        do {
            // First, since another version may have other fields.
            let version = try JSONDecoder().decode(Version.self, from: data).version
            let path = directory.appending(path: Self.name).path
            let remedy = "move '\(directory.path)' away to resume from an older checkpoint"
            try Self.format.check(version, of: path, remedy: remedy)
            self = try JSONDecoder().decode(CheckpointManifest.self, from: data)
        } catch let error as UnreadableFormat {
            throw error
        } catch {
            throw RunDirectoryError.damaged(path: directory.path, reason: "\(Self.name) cannot be read")
        }
    }

    /// Throws `RunDirectoryError.damaged` at the first file that is missing or has another size or content.
    ///
    /// - Parameter checksums: Whether to read the files, or only to look at their sizes.
    func verify(_ directory: URL, checksums: Bool) throws {
        func damaged(_ reason: String) -> RunDirectoryError { .damaged(path: directory.path, reason: reason) }
        for entry in files {
            let file = directory.appending(path: entry.path)
            guard let found = try? Self.size(of: file) else { throw damaged("\(entry.path) is missing") }
            guard found == entry.bytes else {
                throw damaged("\(entry.path) has \(found) bytes where \(entry.bytes) were written")
            }
        }
        guard checksums else { return }
        // Sizes came first: they find a truncated file without reading gigabytes.
        for entry in files {
            guard let (_, sum) = try? Self.measure(directory.appending(path: entry.path)) else {
                throw damaged("\(entry.path) cannot be read")
            }
            guard sum == entry.sha256 else { throw damaged("the checksum of \(entry.path) differs") }
        }
    }

    /// Paths of the regular files below a directory, relative to it and sorted.
    static func paths(below directory: URL) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory.path).sorted().filter { path in
            var isDirectory: ObjCBool = false
            let file = directory.appending(path: path).path
            return FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }
    }

    private static func size(of file: URL) throws -> Int {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        return Int(try handle.seekToEnd())
    }

    private static func measure(_ file: URL) throws -> (bytes: Int, sum: String) {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var hash = SHA256(), bytes = 0
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
            hash.update(data: piece)
            bytes += piece.count
        }
        return (bytes, hash.finalize().map { hexadecimal($0) }.joined())
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}

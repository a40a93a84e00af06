internal import Crypto
package import Foundation
package import LocalFiles

/// The files of a run's checkpoint with sizes and SHA-256 sums, stored as `manifest.json` beside the model.
package struct CheckpointManifest: Codable, Equatable, Sendable {
    /// One file.
    package struct Entry: Codable, Equatable, Sendable {
        package var path: String
        package var bytes: Int
        package var sha256: String

        package init(path: String, bytes: Int, sha256: String) {
            self.path = path
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    /// What is wrong with a file, or with the manifest, in words that name it.
    package struct Damage: Error, Equatable {
        package let reason: String

        package init(reason: String) { self.reason = reason }
    }

    package static let name = "manifest.json"

    package static let format = FormatVersion(1)

    /// The number of the format.
    package var version = format.current
    package var files: [Entry]

    private struct Version: Decodable { var version: UInt64 }

    /// Describes all files below a directory.
    package init(of directory: URL) throws {
        files = try Self.paths(below: directory).filter { $0 != Self.name }.map { path in
            let (bytes, sum) = try Self.measure(directory.appending(path: path))
            return Entry(path: path, bytes: bytes, sha256: sum)
        }
    }

    /// Reads the manifest of a checkpoint.
    ///
    /// Throws ``Damage``, or `UnreadableFormat` for that of another version, which is not damaged.
    package init(readFrom directory: URL) throws {
        let data: Data
        do {
            data = try Data(contentsOf: directory.appending(path: Self.name))
        } catch {
            throw Damage(reason: "it has no \(Self.name)")
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
            throw Damage(reason: "\(Self.name) cannot be read")
        }
    }

    /// Throws ``Damage`` at the first file that is missing or has another size or content.
    ///
    /// - Parameter checksums: Whether to read the files, or only to look at their sizes.
    package func verify(_ directory: URL, checksums: Bool) throws {
        for entry in files { try Self.checkSize(entry, in: directory) }
        guard checksums else { return }
        // Sizes came first: they find a truncated file without reading gigabytes.
        for entry in files { try Self.checkContent(entry, in: directory) }
    }

    /// Throws ``Damage`` where one file is not what was written.
    package func verify(_ path: String, in directory: URL) throws {
        guard let entry = files.first(where: { $0.path == path }) else {
            throw Damage(reason: "\(path) is not in \(Self.name)")
        }
        try Self.checkSize(entry, in: directory)
        try Self.checkContent(entry, in: directory)
    }

    private static func checkSize(_ entry: Entry, in directory: URL) throws {
        guard let found = try? size(of: directory.appending(path: entry.path)) else {
            throw Damage(reason: "\(entry.path) is missing")
        }
        guard found == entry.bytes else {
            throw Damage(reason: "\(entry.path) has \(found) bytes where \(entry.bytes) were written")
        }
    }

    private static func checkContent(_ entry: Entry, in directory: URL) throws {
        guard let (_, sum) = try? measure(directory.appending(path: entry.path)) else {
            throw Damage(reason: "\(entry.path) cannot be read")
        }
        guard sum == entry.sha256 else { throw Damage(reason: "the checksum of \(entry.path) differs") }
    }

    /// Paths of the regular files below a directory, relative to it and sorted.
    package static func paths(below directory: URL) throws -> [String] {
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

/// The number of one of our file formats: the one that this build writes, and the oldest that it reads.
package struct FormatVersion: Sendable {
    /// The name of the number among the metadata of a safetensors file, where "format" means another thing.
    package static let metadataKey = "swift_clip_format"

    /// Written into new files.
    package let current: Int
    /// The smallest number that is read.
    package let oldest: Int

    /// Describes a format whose numbers from `oldest` on are read; only the current one by default.
    package init(_ current: Int, readsFrom oldest: Int? = nil) {
        self.current = current
        self.oldest = oldest ?? current
    }

    /// Whether a file of this number can be read.
    package func isReadable(_ found: UInt64) -> Bool { found >= UInt64(oldest) && found <= UInt64(current) }

    /// Refuses a file whose number this build cannot read.
    ///
    /// - Parameters:
    ///   - found: The file's number.
    ///   - path: The file.
    ///   - remedy: What to do to keep using this build, as "rebuild it with …".
    package func check(_ found: UInt64, of path: String, remedy: String) throws(UnreadableFormat) {
        guard !isReadable(found) else { return }
        throw UnreadableFormat(path: path, found: found, readable: oldest...current, remedy: remedy)
    }

    /// The metadata of a new safetensors file.
    package var metadata: [String: String] { [Self.metadataKey: String(current)] }

    /// The same for the metadata of a safetensors file; one without a number is of format 1, from before it was written.
    package func check(metadata: [String: String], of path: String, remedy: String) throws(UnreadableFormat) {
        let text = metadata[Self.metadataKey]
        try check(text.map { UInt64($0) ?? .max } ?? 1, of: path, remedy: remedy)
    }
}

/// A file of ours that another version of this software wrote and this one cannot read. It is not damaged.
public struct UnreadableFormat: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The number of its format.
    public let found: UInt64
    /// The numbers that this build reads.
    public let readable: ClosedRange<Int>
    /// What to do to keep using this build.
    public let remedy: String

    /// Whether a later version wrote the file.
    public var isNewer: Bool { found > UInt64(readable.upperBound) }

    /// Who wrote the file, what can be read, and what to do.
    public var description: String {
        guard isNewer else {
            return
                "'\(path)' was written by an older version of swift-clip (format \(found); this build reads "
                + "\(readable.lowerBound)\(readable.count > 1 ? " to \(readable.upperBound)" : "")): \(remedy)."
        }
        return "'\(path)' was written by a newer version of swift-clip (format \(found); this build reads "
            + "up to \(readable.upperBound)): update swift-clip, "
            + "or \(remedy)."
    }
}

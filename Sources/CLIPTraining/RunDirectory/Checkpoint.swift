public import Foundation

/// A complete checkpoint on the disk.
public struct Checkpoint: Equatable, Sendable {
    /// Its directory.
    public let url: URL
    /// The steps done when it was saved.
    public let step: Int

    static let stateName = "state.json"

    /// How far the run had come.
    ///
    /// Throws `RunDirectoryError.damaged` where the file is missing or cannot be read.
    public func position() throws -> TrainingPosition {
        do {
            let data = try Data(contentsOf: url.appending(path: Self.stateName))
            return try JSONDecoder().decode(TrainingPosition.self, from: data)
        } catch {
            throw RunDirectoryError.damaged(path: url.path, reason: "\(Self.stateName) cannot be read")
        }
    }

    /// Compares every file with the checkpoint's manifest.
    ///
    /// Throws `RunDirectoryError.damaged` at the first difference.
    ///
    /// - Parameter checksums: Whether to read all files, or only to look at their sizes.
    public func verify(checksums: Bool = true) throws {
        try CheckpointManifest(readFrom: url).verify(url, checksums: checksums)
        let position = try position()
        guard position.step == step else {
            let reason = "it was saved at step \(position.step), and its name says \(step)"
            throw RunDirectoryError.damaged(path: url.path, reason: reason)
        }
    }
}

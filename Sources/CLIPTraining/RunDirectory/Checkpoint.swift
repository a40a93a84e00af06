import CLIPModels
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
    /// Throws `RunDirectoryError.damaged` at the first difference, also for a file that a resume would read and that is not in
    /// the manifest.
    ///
    /// - Parameter checksums: Whether to read all files, or only to look at their sizes.
    public func verify(checksums: Bool = true) throws {
        do {
            let manifest = try CheckpointManifest(readFrom: url)
            try manifest.verify(url, checksums: checksums)
            let listed = Set(manifest.files.map(\.path))
            let added = CheckpointLayout.files.first {
                !listed.contains($0) && FileManager.default.fileExists(atPath: url.appending(path: $0).path)
            }
            if let added {
                throw CheckpointManifest.Damage(reason: "\(added) is not in \(CheckpointManifest.name)")
            }
        } catch let damage as CheckpointManifest.Damage {
            throw RunDirectoryError.damaged(path: url.path, reason: damage.reason)
        }
        let position = try position()
        guard position.step == step else {
            let reason = "it was saved at step \(position.step), and its name says \(step)"
            throw RunDirectoryError.damaged(path: url.path, reason: reason)
        }
    }
}

import Foundation

/// What the manifest of a run's checkpoint says of the files of a model in it.
struct RecordedFiles: Equatable {
    /// The checkpoint, in which the manifest lies beside the model's directory.
    let checkpoint: URL
    /// The model's directory, relative to it.
    let directory: String
    private let manifest: CheckpointManifest

    /// The manifest beside a model's directory; nil where there is none, or one of another program.
    ///
    /// Throws `CheckpointError.altered` or `UnreadableFormat` where a run wrote it and it cannot be read.
    init?(besideModel path: String) throws {
        // A link to the model of a checkpoint is that model.
        let model = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        checkpoint = model.deletingLastPathComponent()
        directory = model.lastPathComponent
        let manager = FileManager.default
        let file = checkpoint.appending(path: CheckpointManifest.name).path
        guard manager.fileExists(atPath: file) else { return nil }
        do {
            manifest = try CheckpointManifest(readFrom: checkpoint)
        } catch {
            guard manager.fileExists(atPath: checkpoint.appending(path: Self.stateName).path) else {
                return nil
            }
            guard let damage = error as? CheckpointManifest.Damage else { throw error }
            throw CheckpointError.altered(path: checkpoint.path, reason: damage.reason)
        }
    }

    /// What a run writes beside the manifest.
    private static let stateName = "state.json"

    var manifestPath: String { checkpoint.appending(path: CheckpointManifest.name).path }

    /// Throws `CheckpointError.altered` where a file of the model is not the one that was written.
    func verify(_ name: String) throws {
        do {
            try manifest.verify("\(directory)/\(name)", in: checkpoint)
        } catch let damage as CheckpointManifest.Damage {
            throw CheckpointError.altered(path: checkpoint.path, reason: damage.reason)
        }
    }
}

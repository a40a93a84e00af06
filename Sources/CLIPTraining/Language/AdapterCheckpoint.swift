import CLIPLanguage
import CLIPModels
import Foundation
import Torch
import TorchNN

/// The weights of a checkpoint, of whichever kind its model is.
package enum AdapterCheckpoint {
    /// The files of an adapter in PEFT's layout.
    static let (configurationName, weightsName) = ("adapter_config.json", "adapter_model.safetensors")

    /// Whether a directory holds an adapter.
    static func isAdapter(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(configurationName)")
    }

    /// Compares the files of an adapter with the manifest of the run's checkpoint that it is in, where there is one.
    ///
    /// - Throws: `CheckpointError.altered`, or `UnreadableFormat` for a checkpoint of a newer version.
    static func verify(_ path: String) throws {
        // A link to the model of a checkpoint is that model.
        let model = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let checkpoint = model.deletingLastPathComponent()
        let holds = { (name: String) in
            FileManager.default.fileExists(atPath: checkpoint.appending(path: name).path)
        }
        guard holds(CheckpointManifest.name), holds(CheckpointLayout.recipe) else { return }
        do {
            let manifest = try CheckpointManifest(readFrom: checkpoint)
            for name in [configurationName, weightsName] {
                try manifest.verify("\(model.lastPathComponent)/\(name)", in: checkpoint)
            }
        } catch let damage as CheckpointManifest.Damage {
            throw CheckpointError.altered(path: checkpoint.path, reason: damage.reason)
        }
    }

    /// The weights by name: those of a model of images and texts, or the matrices of an adapter. Views of the files.
    static func weights(at path: String) throws -> [String: Tensor] {
        guard isAdapter(path) else { return try CheckpointDirectory(path).tensors() }
        return try SafetensorsFile(path: "\(path)/\(weightsName)").tensors()
    }

    /// The directory of the adapter that a path means: itself, one step of a run, or the newest step of a run; the path itself
    /// where there is none.
    package static func directory(_ path: String) -> String {
        let model = "\(path)/\(CheckpointLayout.model)"
        for candidate in [path, model] where isAdapter(candidate) { return candidate }
        let newest = (try? CheckpointStore(run: URL(fileURLWithPath: path)).checkpoints())?.last
        return newest.map { $0.url.appending(path: CheckpointLayout.model).path } ?? path
    }
}

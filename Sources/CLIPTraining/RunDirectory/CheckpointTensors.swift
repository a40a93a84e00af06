import Foundation
import LocalFiles
import Torch
import TorchNN

/// The tensors of a checkpoint other than its weights (the optimizer's moments, what the objective learned), under the number
/// of their format.
enum CheckpointTensors {
    static let format = FormatVersion(1)

    /// Writes a file whole or not at all.
    ///
    /// Throws `SafetensorsError`.
    static func write(_ tensors: [String: Tensor], metadata: [String: String] = [:], to file: URL) throws {
        try SafetensorsFile.write(
            tensors,
            metadata: metadata.merging(format.metadata) { $1 },
            to: file.path
        )
    }

    /// Opens a file; one without a number is of format 1, from before it was written.
    ///
    /// Throws `UnreadableFormat` for one of another version, and `SafetensorsError`.
    static func read(_ file: URL) throws -> SafetensorsFile {
        let found = try SafetensorsFile(path: file.path)
        let checkpoint = file.deletingLastPathComponent().path
        let remedy = "move '\(checkpoint)' away to resume from an older checkpoint"
        try format.check(metadata: found.metadata, of: file.path, remedy: remedy)
        return found
    }
}

import Foundation
import LocalFiles
import Torch
import TorchNN

/// What `clip embed` wrote.
struct WrittenFeatures: Encodable {
    var features: String
    var rows: Int
    var width: Int
    /// The files of the rows, in order, where they are files.
    var paths: [String]?

    /// Writes the tensor `features` `[N, D]`, float32.
    init(_ tensor: Tensor, to path: String) throws {
        try SafetensorsFile.write(["features": tensor], metadata: FormatVersion(1).metadata, to: path)
        (features, rows, width) = (path, tensor.size(0), tensor.size(1))
    }

    /// Refuses a path that cannot be written to, before the work and not after it.
    static func check(_ path: String) throws {
        // It may be an input: `--out photos/*.jpg` is easily typed.
        guard !FileManager.default.fileExists(atPath: path) else { throw ToolError.outputExists(path) }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory),
            isDirectory.boolValue,
            FileManager.default.isWritableFile(atPath: folder)
        else { throw ToolError.noFolder(file: path, folder: folder) }
    }

    var text: String { "\(features): features [\(rows), \(width)]" }
}

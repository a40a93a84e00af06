import Torch
import TorchNN

/// What `clip embed` wrote.
struct WrittenFeatures: Encodable {
    var features: String
    var rows: Int
    var width: Int

    /// Writes the tensor `features` `[N, D]`, float32.
    init(_ tensor: Tensor, to path: String) throws {
        try SafetensorsFile.write(["features": tensor], to: path)
        (features, rows, width) = (path, tensor.size(0), tensor.size(1))
    }

    var text: String { "\(features): features [\(rows), \(width)]" }
}

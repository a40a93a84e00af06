import Foundation

/// Files of weights that are named where a configuration or a checkpoint directory is expected, recognised by their first
/// bytes.
enum ForeignWeights: String {
    case torch = "a PyTorch file"
    case safetensors = "a safetensors file"
    case gguf = "a GGUF file"

    init?(path: String) {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard let start = try? handle.read(upToCount: 9), start.count == 9 else { return nil }
        let bytes = [UInt8](start)
        if bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) || (bytes[0] == 0x80 && (2...5).contains(bytes[1]))
        {
            // An archive since version 1.6, a pickle before.
            self = .torch
        } else if bytes.starts(with: Array("GGUF".utf8)) {
            self = .gguf
        } else if bytes[8] == UInt8(ascii: "{"), bytes[6] == 0, bytes[7] == 0 {
            // The length of a JSON header, which is never near 2⁴⁸, and the header.
            self = .safetensors
        } else {
            return nil
        }
    }

    /// What to do with it.
    var remedy: String {
        let layout =
            "a directory in open_clip's layout, \(CheckpointDirectory.configurationName) and "
            + CheckpointDirectory.weightsName
        return switch self {
        case .safetensors: "which says nothing of the architecture; name \(layout)"
        case .torch: "which is not read; save the model with open_clip as \(layout)"
        case .gguf:
            "which holds a language model, and a CLIP checkpoint is expected here; name \(layout)"
        }
    }
}

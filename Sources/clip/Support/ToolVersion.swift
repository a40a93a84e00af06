import Torch

/// What `clip --version` prints.
enum ToolVersion {
    static var text: String { "clip 0.1.0 (libtorch \(Runtime.version))" }
}

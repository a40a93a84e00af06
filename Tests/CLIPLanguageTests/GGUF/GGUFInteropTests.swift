import CLIPLanguage
import Foundation
import Testing
import Torch
import TorchNN

private let place = ProcessInfo.processInfo.environment["GGUF_INTEROP"]

/// Hands the tensors of a file to `scripts/compare/gguf_tensors.py`, which compares them with the gguf package's.
@Suite(.enabled(if: place != nil, "scripts/compare/gguf_tensors.py sets GGUF_INTEROP"))
struct GGUFInteropTests {
    @Test func tensorsAreHandedOver() throws {
        let folder = try #require(place)
        let model = try GGUFModel(
            path: #require(ProcessInfo.processInfo.environment["GGUF_INTEROP_MODEL"])
        )
        var tensors: [String: Tensor] = [:]
        for name in model.tensorNames { tensors[name] = try model.tensor(name)?.to(.float32) }
        try SafetensorsFile.write(tensors, to: "\(folder)/tensors.safetensors")
    }
}

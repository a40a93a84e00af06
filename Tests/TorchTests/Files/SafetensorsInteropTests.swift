import Foundation
import Testing
import Torch
import TorchNN

/// Half of `scripts/compare/safetensors_interop.py`, which names the folder.
@Suite struct SafetensorsInteropTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["SAFETENSORS_INTEROP"] != nil))
    func readsAndWritesWhatPythonWrote() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["SAFETENSORS_INTEROP"])
        let file = try SafetensorsFile(path: "\(folder)/from-python.safetensors")
        #expect(file.entries.count == 13)
        try SafetensorsFile.write(
            file.tensors(),
            metadata: file.metadata,
            to: "\(folder)/from-swift.safetensors"
        )
    }
}

import Foundation
import LocalFiles
import Testing
import Torch
import TorchNN

@testable import CLIPTraining

/// Checkpoints of other versions: refused, not taken for damaged ones, and left as they are.
@Suite struct CheckpointFormatTests {
    private let temporary: TemporaryDirectory
    private let store: CheckpointStore

    init() throws {
        temporary = try TemporaryDirectory()
        store = CheckpointStore(run: temporary.url)
        for step in 1...2 {
            try store.write(TrainingPosition(step: step)) { try Data([1]).write(to: $0.appending(path: "a")) }
        }
    }

    private var manifest: URL { temporary.url.appending(path: "checkpoints/step-2/manifest.json") }

    private func setNumber(_ number: Int) throws {
        let text = try String(contentsOf: manifest, encoding: .utf8)
        #expect(text.contains("\"version\" : 1"))
        // The files of a later version are another's business.
        try Data(
            text.replacing("\"version\" : 1", with: "\"version\" : \(number)").replacing(
                "\"files\"",
                with: "\"parts\""
            )
            .utf8
        ).write(to: manifest)
    }

    @Test func aNewerManifestIsRefusedAndNotPassedOver() throws {
        try setNumber(2)
        var reports = 0
        let error = #expect(throws: UnreadableFormat.self) { try store.newestValid { _ in reports += 1 } }
        #expect(reports == 0)
        #expect(error?.path == manifest.path)
        #expect(error?.isNewer == true)
        #expect(error?.description.contains("to resume from an older checkpoint") == true)
        #expect(throws: UnreadableFormat.self) { try store.write(TrainingPosition(step: 2)) { _ in } }
        #expect(temporary.names("checkpoints") == ["step-1", "step-2"])
        #expect(temporary.names("checkpoints/step-2") == ["a", "manifest.json", "state.json"])
    }

    @Test func anOlderManifestIsRefused() throws {
        try setNumber(0)
        let error = #expect(throws: UnreadableFormat.self) { try store.newestValid() }
        #expect(error?.isNewer == false)
    }

    @Test func tensorsHaveANumber() throws {
        let file = temporary.url.appending(path: "optimizer.safetensors")
        let tensors = ["m": try Tensor([1, 2] as [Float])]
        try CheckpointTensors.write(tensors, metadata: ["step_count": "3"], to: file)
        let read = try CheckpointTensors.read(file)
        #expect(read.metadata == ["step_count": "3", "swift_clip_format": "1"])
        #expect(try read.tensors()["m"]?.scalars() == [1, 2] as [Float])
        // Before there was a number.
        try SafetensorsFile.write(tensors, metadata: ["step_count": "3"], to: file.path)
        #expect(try CheckpointTensors.read(file).metadata["step_count"] == "3")
        try SafetensorsFile.write(tensors, metadata: ["swift_clip_format": "2"], to: file.path)
        let error = #expect(throws: UnreadableFormat.self) { try CheckpointTensors.read(file) }
        #expect(error?.path == file.path)
        #expect(error?.found == 2)
    }
}

import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN

/// Where checkpoints are found, and how they are written.
@Suite struct CheckpointDirectoryTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func tiny(seed: UInt64 = 1) throws -> CLIPModel {
        let configuration = try CheckpointDirectory(Golden("tiny-average").directory).configuration
        let preprocessing = Preprocessing(
            mean: [0.5, 0.4, 0.3],
            deviation: [0.2, 0.3, 0.4],
            interpolation: .bilinear,
            resizeMode: .longest
        )
        return try CLIPModel(
            configuration,
            preprocessing: preprocessing,
            parameters: ParameterStore(.initialize(seed: seed))
        )
    }

    @Test func writtenAndReadAgain() throws {
        let model = try tiny()
        let path = folder.path("new/deep/model")
        try model.save(to: path)
        let back = try CLIPModel.load(from: path)
        #expect(back.configuration == model.configuration)
        #expect(back.preprocessing == model.preprocessing)
        #expect(back.parameters.entries.map(\.name) == model.parameters.entries.map(\.name))
        for entry in model.parameters.entries {
            #expect(try difference(entry.tensor, #require(back.parameters[entry.name])) == 0, "\(entry.name)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("new/deep"))
        #expect(names == ["model"])
    }

    /// A view of one tensor would keep the whole file in memory. Live tensors are counted for the whole process.
    @Test func aModelThatWasReadKeepsNothingOfItsFile() async {
        await #expect(processExitsWith: .success) {
            let tests = try CheckpointDirectoryTests()
            let path = tests.folder.path("model")
            let start = Tensor.liveCount
            let fresh: Int
            do {
                let model = try tests.tiny()
                fresh = Tensor.liveCount - start
                try model.save(to: path)
            }
            let model = try CLIPModel.load(from: path)
            #expect(fresh > 0 && Tensor.liveCount - start == fresh)
            withExtendedLifetime(model) {}
        }
    }

    @Test func equalModelsGiveEqualBytes() throws {
        try tiny().save(to: folder.path("a"))
        try tiny().save(to: folder.path("b"))
        for name in ["open_clip_config.json", "open_clip_model.safetensors"] {
            let bytes = FileManager.default.contents(atPath: folder.path("a/\(name)"))
            #expect(bytes != nil)
            #expect(bytes == FileManager.default.contents(atPath: folder.path("b/\(name)")))
        }
    }

    @Test func valuesTakeTheParametersPlace() throws {
        let model = try tiny()
        let path = folder.path("averages")
        try model.save(to: path, values: ["visual.proj": Tensor.full([24, 12], 0.5, dtype: .bfloat16)])
        let file = try SafetensorsFile(path: "\(path)/open_clip_model.safetensors")
        let proj = try file.tensor("visual.proj")
        #expect(proj.dtype == .float32)
        #expect(try proj.minimum().item() == 0.5)
        #expect(throws: ParameterError.unused(["other"])) {
            try model.save(to: folder.path("x"), values: ["other": Tensor.zeros([1])])
        }
        #expect(throws: ParameterError.shape("visual.proj", found: [1], expected: [24, 12])) {
            try model.save(to: folder.path("x"), values: ["visual.proj": Tensor.zeros([1])])
        }
        #expect(folder.names() == ["averages"])
    }

    @Test func nothingIsOverwritten() throws {
        let model = try tiny()
        try model.save(to: folder.path("taken"))
        #expect(throws: CheckpointError.occupied(path: folder.path("taken"))) {
            try model.save(to: folder.path("taken"))
        }
        try Data("x".utf8).write(to: folder.url.appending(path: "file"))
        #expect(throws: CheckpointError.occupied(path: folder.path("file"))) {
            try model.save(to: folder.path("file"))
        }
        #expect(throws: CheckpointError.self) { try model.save(to: folder.path("file/below")) }
        try FileManager.default.createDirectory(
            atPath: folder.path("empty"),
            withIntermediateDirectories: true
        )
        try model.save(to: folder.path("empty"))
        #expect(folder.names() == ["empty", "file", "taken"])
    }

    /// Step 10 comes after step 9; a step that is still being written has another name and does not count.
    @Test func newestStepOfARun() throws {
        let run = folder.path("run")
        for (step, seed) in [(9, 1), (10, 2)] as [(Int, UInt64)] {
            try tiny(seed: seed).save(to: "\(run)/checkpoints/step-\(step)/model")
        }
        try tiny(seed: 3).save(to: "\(run)/checkpoints/.step-11.partial/model")
        try FileManager.default.createDirectory(
            atPath: "\(run)/checkpoints/step-12",
            withIntermediateDirectories: true
        )
        #expect(try CheckpointDirectory(run).path.hasSuffix("run/checkpoints/step-10/model"))
        let nine = try CLIPModel.load(from: "\(run)/checkpoints/step-9")
        let expected = try #require(tiny(seed: 1).parameters["visual.proj"])
        #expect(try difference(#require(nine.parameters["visual.proj"]), expected) == 0)
    }

    @Test func pathsWithoutACheckpoint() throws {
        let nowhere = folder.path("nowhere")
        #expect(throws: CheckpointError.notFound(path: nowhere)) { try CheckpointDirectory(nowhere) }
        try Data("{}".utf8).write(to: folder.url.appending(path: "config.json"))
        #expect(throws: CheckpointError.notADirectory(path: folder.path("config.json"))) {
            try CheckpointDirectory(folder.path("config.json"))
        }
        #expect(throws: CheckpointError.notACheckpoint(path: folder.url.path, names: ["config.json"])) {
            try CheckpointDirectory(folder.url.path)
        }
        let run = folder.path("run")
        try FileManager.default.createDirectory(
            atPath: "\(run)/checkpoints",
            withIntermediateDirectories: true
        )
        #expect(throws: CheckpointError.emptyRun(path: run)) { try CheckpointDirectory(run) }
    }
}

import CLIPModels
import Foundation
import LocalFiles
import Testing
import Torch
import TorchNN

/// A run's checkpoint is compared with its manifest wherever it is loaded.
@Suite struct CheckpointManifestTests {
    private let folder: TemporaryDirectory
    private let step: URL
    private var model: URL { step.appending(path: "model") }

    init() throws {
        folder = try TemporaryDirectory()
        step = folder.url.appending(path: "run/checkpoints/step-4")
        let configuration = try CheckpointDirectory(Golden("tiny-average").directory).configuration
        try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 1)))
            .save(to: model.path)
        try Data("{}".utf8).write(to: step.appending(path: "state.json"))
        try JSONEncoder().encode(CheckpointManifest(of: step)).write(to: manifest)
    }

    private var manifest: URL { step.appending(path: "manifest.json") }

    private func flip(_ bit: Int, of file: URL) throws {
        var data = try Data(contentsOf: file)
        data[bit >> 3] ^= 1 << UInt8(bit & 7)
        try data.write(to: file)
    }

    /// A bit of the last weight.
    private func changeTheWeights() throws {
        let file = model.appending(path: "open_clip_model.safetensors")
        try flip(8 * Data(contentsOf: file).count - 20, of: file)
    }

    private func altered(_ reason: String) -> CheckpointError { .altered(path: step.path, reason: reason) }

    @Test func whatIsAsItWasSavedIsLoaded() throws {
        for path in [folder.path("run"), step.path, model.path] {
            let found = try CheckpointDirectory(path)
            #expect(found.manifest == manifest.path)
            _ = try found.model()
        }
    }

    @Test func oneBitOfTheWeights() throws {
        let file = model.appending(path: "open_clip_model.safetensors")
        let size = try Data(contentsOf: file).count
        for bit in [0, 8 * size / 3, 8 * size / 2 + 5, 8 * size - 1] {
            try flip(bit, of: file)
            for path in [folder.path("run"), step.path, model.path] {
                let error = #expect(throws: CheckpointError.self) { try CLIPModel.load(from: path) }
                #expect(error == altered("the checksum of model/open_clip_model.safetensors differs"))
            }
            try flip(bit, of: file)
        }
        _ = try CLIPModel.load(from: folder.path("run"))
    }

    @Test func oneBitOfTheConfiguration() throws {
        let file = model.appending(path: "open_clip_config.json")
        for bit in stride(from: 1, to: try Data(contentsOf: file).count * 8, by: 97) {
            try flip(bit, of: file)
            #expect(throws: altered("the checksum of model/open_clip_config.json differs")) {
                try CheckpointDirectory(folder.path("run"))
            }
            try flip(bit, of: file)
        }
    }

    @Test func aFileOfAnotherLength() throws {
        let file = model.appending(path: "open_clip_model.safetensors")
        let size = try Data(contentsOf: file).count
        try (Data(contentsOf: file) + [0]).write(to: file)
        let reason = "model/open_clip_model.safetensors has \(size + 1) bytes where \(size) were written"
        #expect(throws: altered(reason)) { try CLIPModel.load(from: folder.path("run")) }
    }

    @Test func aFileThatIsNotInTheManifest() throws {
        try FileManager.default.copyItem(at: model, to: step.appending(path: "ema"))
        #expect(throws: altered("ema/open_clip_config.json is not in manifest.json")) {
            try CheckpointDirectory(step.appending(path: "ema").path)
        }
    }

    @Test func aManifestThatCannotBeRead() throws {
        try flip(3, of: manifest)
        #expect(throws: altered("manifest.json cannot be read")) { try CLIPModel.load(from: model.path) }
        try Data(#"{"version": 7, "entries": []}"#.utf8).write(to: manifest)
        #expect(throws: UnreadableFormat.self) { try CLIPModel.load(from: model.path) }
    }

    /// A copy without the manifest is a model like any other, and so is one beside another program's manifest.
    @Test func withoutAManifestNothingIsCompared() throws {
        try changeTheWeights()
        let copy = folder.url.appending(path: "copy/model")
        try FileManager.default.createDirectory(
            at: copy.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try FileManager.default.copyItem(at: model, to: copy)
        #expect(try CheckpointDirectory(copy.path).manifest == nil)
        _ = try CLIPModel.load(from: copy.path)
        try Data(#"{"name": "a page"}"#.utf8).write(to: folder.url.appending(path: "copy/manifest.json"))
        #expect(try CheckpointDirectory(copy.path).manifest == nil)
        _ = try CLIPModel.load(from: copy.path)
    }

    @Test func aLinkToTheModelIsTheModel() throws {
        let link = folder.url.appending(path: "link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: model)
        #expect(try CheckpointDirectory(link.path).manifest != nil)
        try changeTheWeights()
        #expect(throws: CheckpointError.self) { try CLIPModel.load(from: link.path) }
    }
}

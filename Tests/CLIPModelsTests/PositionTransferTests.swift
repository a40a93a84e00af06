import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPModels

@Suite struct PositionTransferTests {
    private func configuration(image: Int, text: Int, layers: Int = 1, nested: Bool = false) throws
        -> ModelConfiguration
    {
        let json = """
            {"embed_dim": 8, "custom_text": \(nested),
             "vision_cfg": {"image_size": \(image), "patch_size": 4, "width": 8, "head_width": 8, "layers": \(layers)},
             "text_cfg": {"context_length": \(text), "vocab_size": 64, "width": 8, "heads": 1, "layers": 1}}
            """
        return try ModelConfiguration(json: Data(json.utf8))
    }

    private func tensors(_ configuration: ModelConfiguration, seed: UInt64 = 1) throws -> [String: Tensor] {
        let store = try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: seed)))
            .parameters
        return Dictionary(uniqueKeysWithValues: store.entries.map { ($0.name, $0.tensor) })
    }

    @Test(arguments: [(16, 32, 77), (8, 77, 32), (16, 77, 77), (8, 32, 32)])
    func otherSizesAreNamed(_ image: Int, _ old: Int, _ new: Int) throws {
        let start = try configuration(image: 8, text: old)
        let target = try configuration(image: image, text: new)
        let expected =
            (image == 8 ? [] : ["vision_cfg.image_size is 8 there and \(image) in model.config"])
            + (old == new ? [] : ["text_cfg.context_length is \(old) there and \(new) in model.config"])
        #expect(target.sizeDifferences(from: start) == expected)
        #expect(try configuration(image: image, text: new, layers: 2).sizeDifferences(from: start) == nil)
    }

    /// The library's way to another size, whose tables `make_tower_goldens.py` compared with open_clip's loader.
    @Test func interpolationIsThatOfTheResizedModel() throws {
        let golden = Golden("tiny-gelu")
        let checkpoint = try CheckpointDirectory(golden.directory)
        for (image, text) in [(24, 20), (12, 9)] {
            let target = try checkpoint.configuration.resized(imageSize: image, contextLength: text)
            let fitted = try target.fitted(checkpoint.tensors(), from: checkpoint.configuration)
            let expected = try golden.file("resized")
            let tables = try [
                (#require(fitted["visual.positional_embedding"]), expected.tensor("image_\(image)")),
                (#require(fitted["positional_embedding"]), expected.tensor("text_\(text)")),
            ]
            for (table, reference) in tables { #expect(try difference(table, reference) < 1e-6) }
        }
    }

    /// PyTorch's `F.interpolate(mode="linear")` of the numbers 0…n−1, by its formula.
    @Test(arguments: [(77, 32), (32, 77)]) func textPositionsAreLinear(_ old: Int, _ new: Int) throws {
        let ramp = try Tensor((0..<old).map { Float($0) }).reshaped([old, 1])
        let values = try PositionResizing.text(ramp, length: new).scalars(as: Float.self)
        try #require(values.count == new)
        for (position, value) in values.enumerated() {
            let place = (Double(position) + 0.5) * Double(old) / Double(new) - 0.5
            #expect(abs(Double(value) - min(max(place, 0), Double(old - 1))) < 1e-4)
        }
    }

    @Test func recomputedTablesAreThoseOfAFreshModel() throws {
        let start = try configuration(image: 8, text: 12)
        let target = try configuration(image: 16, text: 12)
        let given = try tensors(start)
        let fitted = try target.fitted(given, from: start, positions: .recompute, seed: 5)
        let fresh = try tensors(target, seed: 5)
        let image = "visual.positional_embedding", text = "positional_embedding"
        #expect(try difference(#require(fitted[image]), #require(fresh[image])) == 0)
        // Only the table that changes its size starts again.
        #expect(try difference(#require(fitted[text]), #require(given[text])) == 0)
        #expect(try difference(#require(fitted["visual.proj"]), #require(given["visual.proj"])) == 0)
    }

    @Test func namesOfTheTextTowerFollow() throws {
        let start = try configuration(image: 8, text: 12)
        let target = try configuration(image: 8, text: 20, nested: true)
        let fitted = try target.fitted(tensors(start), from: start)
        let model = try CLIPModel(target, parameters: ParameterStore(.tensors(fitted)))
        #expect(model.parameters["text.positional_embedding"]?.shape == [20, 8])
        #expect(fitted["positional_embedding"] == nil)
    }
}

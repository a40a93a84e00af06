import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPModels

/// Positions that a formula gives.
@Suite struct PatchPositionsTests {
    /// The row of a patch.
    private func row(_ positions: PatchPositions, grid: Int, width: Int, x: Int, y: Int) -> [Double] {
        let start = (1 + y * grid + x) * width
        return Array(positions.table(grid: grid, width: width)[start..<start + width])
    }

    private func areNear(_ left: [Double], _ right: [Double], _ tolerance: Double = 1e-6) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < tolerance }
    }

    @Test func rowsOfBothFormulas() {
        let wide: [PatchPositions: [Double]] = [
            .sincosMAE: [0.841471, 0.01, 0.540302, 0.99995, 0, 0, 1, 1],
            .sincosMoCo: [0.841471, 0.0001, 0.540302, 1, 0, 0, 1, 1],
        ]
        for (kind, expected) in wide {
            #expect(areNear(row(kind, grid: 2, width: 8, x: 1, y: 0), expected))
        }
        let high: [PatchPositions: [Double]] = [
            .sincosMAE: [0.841471, 0.099833, 0.01, 0.001, 0.540302, 0.995004, 0.99995, 1],
            .sincosMoCo: [0.841471, 0.046399, 0.002154, 0.0001, 0.540302, 0.998923, 0.999998, 1],
        ]
        for (kind, expected) in high {
            #expect(areNear(Array(row(kind, grid: 2, width: 16, x: 0, y: 1)[8...]), expected))
        }
    }

    @Test func lengthsAndSumsOfTables() {
        for (kind, sum) in [(PatchPositions.sincosMAE, 18646.0591), (.sincosMoCo, 18646.7455)] {
            let table = kind.table(grid: 7, width: 768)
            #expect(abs(table.reduce(0, +) - sum) < 1e-4)
            #expect(table[..<768].allSatisfy { $0 == 0 })
            for number in 1...49 {
                let squares = table[number * 768..<(number + 1) * 768].reduce(0) { $0 + $1 * $1 }
                #expect(abs(squares - 384) < 1e-9)
            }
        }
        let (mae, moco) = (
            PatchPositions.sincosMAE.table(grid: 7, width: 768),
            PatchPositions.sincosMoCo.table(grid: 7, width: 768)
        )
        #expect(abs(zip(mae, moco).map { abs($0 - $1) }.reduce(0, max) - 0.0111) < 1e-4)
    }

    private func model(
        positions: String? = nil,
        vision: String = "",
        image: Int = 16,
        width: Int = 8
    ) throws -> ModelConfiguration {
        let own = positions.map { #", "swift_clip": {"positions": "\#($0)"}"# } ?? ""
        let json = """
            {"model_cfg": {"embed_dim": 8,
             "vision_cfg": {"image_size": \(image), "patch_size": 4, "width": \(width), "head_width": \(width),
                            "layers": 1\(vision)},
             "text_cfg": {"context_length": 8, "vocab_size": 64, "width": 8, "heads": 1, "layers": 1}}\(own)}
            """
        return try ModelConfiguration(json: Data(json.utf8))
    }

    private let name = "visual.positional_embedding"

    @Test(arguments: [PatchPositions.sincosMAE, .sincosMoCo])
    func fixedPositionsAreSavedAndNotTrained(_ kind: PatchPositions) throws {
        let configuration = try model(positions: kind.rawValue)
        let fixed = try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 1)))
        let learned = try CLIPModel(model(), parameters: ParameterStore(.initialize(seed: 1)))
        let table = try #require(fixed.parameters[name])
        #expect(try table.scalars(as: Float.self) == kind.table(grid: 4, width: 8).map { Float($0) })
        #expect(!table.requiresGradient && !fixed.parameters.trainable.contains { $0.name == name })
        #expect(learned.parameters.trainable.contains { $0.name == name })
        #expect(fixed.parameters.parameterCount == learned.parameters.parameterCount - 17 * 8)
        for model in [fixed, learned] {
            #expect(ModelSummary(model.configuration).parameters == model.parameters.parameterCount)
        }

        let folder = try TemporaryDirectory()
        let path = folder.url.appending(path: "model").path
        try fixed.save(to: path)
        let saved = try CheckpointDirectory(path)
        #expect(saved.configuration == configuration)
        #expect(try difference(#require(saved.tensors()[name]), table) == 0)
        // open_clip has a word for fixed positions, and takes their values from the weights.
        let file = try Data(contentsOf: URL(fileURLWithPath: path + "/open_clip_config.json"))
        let object = try #require(try JSONSerialization.jsonObject(with: file) as? [String: Any])
        let vision = try #require((object["model_cfg"] as? [String: Any])?["vision_cfg"] as? [String: Any])
        #expect(vision["pos_embed_type"] as? String == "sin_cos_2d")
        #expect((object["swift_clip"] as? [String: Any])?["positions"] as? String == kind.rawValue)
        #expect(configuration.openCLIPObstacles.isEmpty)
    }

    @Test func openCLIPsWordMeansTheFormulaOfMAE() throws {
        let word = #", "pos_embed_type": "sin_cos_2d""#
        #expect(try model(vision: word).patchPositions == .sincosMAE)
        #expect(try model(positions: "sincosMoCo", vision: word).patchPositions == .sincosMoCo)
        #expect(try model(vision: #", "pos_embed_type": "learnable""#).patchPositions == .learned)
        #expect {
            try model(positions: "learned", vision: word)
        } throws: {
            "\($0)".contains("'swift_clip.positions'") && "\($0)".contains("sin_cos_2d")
        }
        #expect {
            try model(positions: "sincosMAE", vision: #", "pos_embed_type": "learnable""#)
        } throws: {
            "\($0)".contains("'swift_clip.positions'") && "\($0)".contains("'learnable'")
        }
        #expect {
            try model(positions: "rotary")
        } throws: {
            "\($0)".contains("'swift_clip.positions': 'rotary'")
        }
        #expect(throws: ModelConfigurationError.self) { try model(vision: #", "pos_embed_type": "rope""#) }
    }

    @Test func widthsThatNoFormulaFills() throws {
        #expect(throws: ModelConfigurationError.self) { try model(positions: "sincosMAE", width: 6) }
        #expect(throws: ModelConfigurationError.self) { try model(positions: "sincosMoCo", width: 4) }
        #expect(try model(positions: "sincosMAE", width: 4).patchPositions == .sincosMAE)
    }

    /// Rows of a checkpoint count, as they may be interpolated ones of another size.
    @Test func interpolationIsNotRecomputation() throws {
        let (old, new) = (
            try model(positions: "sincosMAE", image: 28, width: 64),
            try model(positions: "sincosMAE", image: 56, width: 64)
        )
        let start = try CLIPModel(old, parameters: ParameterStore(.initialize(seed: 1))).parameters
        let tensors = Dictionary(uniqueKeysWithValues: start.entries.map { ($0.name, $0.tensor) })
        let interpolated = try new.fitted(tensors, from: old, positions: .interpolate)
        let recomputed = try new.fitted(tensors, from: old, positions: .recompute)
        let formula = PatchPositions.sincosMAE.table(grid: 14, width: 64).map { Float($0) }
        #expect(try recomputed[name]?.scalars(as: Float.self) == formula)
        let distance = try difference(#require(interpolated[name]), #require(recomputed[name]))
        #expect(abs(distance - 1.969) < 1e-3)
        let loaded = try CLIPModel(new, parameters: ParameterStore(.tensors(interpolated)))
        #expect(try difference(#require(loaded.parameters[name]), #require(interpolated[name])) == 0)
    }

    @Test func otherKindsNeedATransfer() throws {
        let (fixed, learned) = (try model(positions: "sincosMAE"), try model())
        let expected = "swift_clip.positions is sincosMAE there and learned in model.config"
        #expect(learned.sizeDifferences(from: fixed) == [expected])
        let start = try CLIPModel(fixed, parameters: ParameterStore(.initialize(seed: 1))).parameters
        let tensors = Dictionary(uniqueKeysWithValues: start.entries.map { ($0.name, $0.tensor) })
        let kept = try learned.fitted(tensors, from: fixed, positions: .interpolate)
        #expect(try difference(#require(kept[name]), #require(tensors[name])) == 0)
        let fresh = try CLIPModel(learned, parameters: ParameterStore(.initialize(seed: 7))).parameters
        let drawn = try learned.fitted(tensors, from: fixed, positions: .recompute, seed: 7)
        #expect(try difference(#require(drawn[name]), #require(fresh[name])) == 0)
        #expect(try difference(#require(drawn["visual.proj"]), #require(tensors["visual.proj"])) == 0)
        let other = try model(positions: "sincosMoCo").fitted(tensors, from: fixed, positions: .recompute)
        #expect(
            try other[name]?.scalars(as: Float.self)
                == PatchPositions.sincosMoCo.table(grid: 4, width: 8).map { Float($0) }
        )
    }

    @Test func aSizeThatIsNoMultipleNamesTheNearest() throws {
        #expect {
            try model(positions: "sincosMAE").resized(imageSize: 30)
        } throws: {
            let text = "\($0)"
            return ["image_size", "30", "the patch, 4", "28 and 32"].allSatisfy(text.contains)
        }
        // What JSON has no words for in vision_cfg stays.
        #expect(try model(positions: "sincosMoCo").resized(imageSize: 32).patchPositions == .sincosMoCo)
    }
}

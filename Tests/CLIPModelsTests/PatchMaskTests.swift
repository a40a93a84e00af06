import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPModels

/// Image towers that compute some of the patches.
@Suite struct PatchMaskTests {
    @Test(arguments: [
        (14, 0.5, 98), (14, 0.75, 49), (16, 0.3, 179), (24, 0.4, 345), (16, 0.4, 153), (7, 0.75, 12),
        // In binary, 100·(1 - 0.9) and 100·(1 - 0.8) are less than 10 and 20.
        (10, 0.9, 10), (10, 0.8, 20), (10, 0.7, 30), (2, 0.9, 1), (7, 0, 49),
    ])
    func countsOfRandomPatches(grid: Int, drop: Double, count: Int) {
        #expect(PatchMask.random(drop: drop).keptCount(grid: grid) == count)
    }

    @Test func countsOfOtherMasks() {
        #expect(PatchMask.none.keptCount(grid: 7) == 49)
        #expect(PatchMask.grid(.window).keptCount(grid: 14) == 49)
        #expect(PatchMask.block(drop: 0.75).keptCount(grid: 14) == 49)
        // √153 is 12.4, √12 is 3.5.
        #expect(PatchMask.block(drop: 0.4).keptCount(grid: 16) == 144)
        #expect(PatchMask.block(drop: 0.75).keptCount(grid: 7) == 9)
    }

    @Test func masksThatCannotBe() {
        #expect(PatchMask.grid(.fixed).obstacle(grid: 7)?.contains("7×7 patches") == true)
        #expect(PatchMask.grid(.fixed).obstacle(grid: 14) == nil)
        for mask in [PatchMask.random(drop: 0.9), .block(drop: 0.9)] {
            #expect(mask.obstacle(grid: 3)?.contains("a drop of 0.9 leaves none of 3×3 patches") == true)
            #expect(mask.obstacle(grid: 4) == nil)
        }
        #expect(PatchMask.none.obstacle(grid: 7) == nil)
        for (drop, grid) in [(0.99, 8), (0.95, 4)] {
            let reason = "a drop of \(drop) leaves none of \(grid)×\(grid) patches"
            #expect(PatchMask.random(drop: drop).obstacle(grid: grid) == reason)
            #expect(PatchMask.block(drop: drop).obstacle(grid: grid) == reason)
        }
    }

    /// Four by four patches, two blocks.
    private func model(_ vision: String = "", own: String = "", dtype: DType = .float32) throws -> CLIPModel {
        let json = """
            {"model_cfg": {"embed_dim": 12,
             "vision_cfg": {"image_size": 16, "patch_size": 4, "width": 16, "head_width": 8, "layers": 2\(vision)},
             "text_cfg": {"context_length": 8, "vocab_size": 64, "width": 8, "heads": 1, "layers": 1}},
             "swift_clip": {\(own)}}
            """
        let model = try CLIPModel(
            ModelConfiguration(json: Data(json.utf8)),
            parameters: ParameterStore(.initialize(seed: 3))
        )
        model.computeType = dtype
        return model
    }

    private func images(_ count: Int = 3) throws -> Tensor {
        let pixels = try Tensor.empty([count, 3, 16, 16])
        try RandomGenerator(seed: 6).fillUniform(pixels, in: 0..<256)
        return try pixels.to(.uint8)
    }

    private static let kept: [[Int64]] = [[0, 3, 5, 6, 15], [1, 2, 8, 10, 12], [4, 7, 9, 11, 14]]

    private func kept(_ rows: [[Int64]] = Self.kept) throws -> Tensor {
        try Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
    }

    private static let poolings = [
        ("", ""), (#", "no_ln_pre": true"#, ""), (#", "pool_type": "avg""#, ""),
        (#", "pool_type": "avg", "final_ln_after_pool": true, "no_ln_pre": true"#, ""),
        (#", "pool_type": "avg", "final_ln_after_pool": true"#, #""pooling": "avgWithClass""#),
        (#", "pool_type": "avg""#, #""pooling": "avgWithClass", "positions": "sincosMoCo""#),
    ]

    @Test(arguments: poolings, [DType.float32, .bfloat16])
    func allPatchesAreNoMaskToTheBit(_ tower: (String, String), dtype: DType) throws {
        let model = try model(tower.0, own: tower.1, dtype: dtype)
        let all = try kept(Array(repeating: (0..<16).map { Int64($0) }, count: 3))
        let (masked, whole) = try (
            model.imageFeatures(images(), patches: all, tape: nil), model.imageFeatures(images())
        )
        #expect(try masked.detached().scalars(as: Float.self) == whole.detached().scalars(as: Float.self))
    }

    /// All rows, from which those of left-out patches are taken by hand before the first block.
    private func reference(_ model: CLIPModel, _ rows: [[Int64]]) throws -> Tensor {
        let tower = try #require(model.image as? VisionTransformer)
        let (count, width) = (rows.count, 16)
        let pixels = try images().to(.float32)
        let preprocessing = model.preprocessing
        let mean = try Tensor(preprocessing.mean.map { Float($0) }).reshaped([3, 1, 1])
        let deviation = try Tensor(preprocessing.deviation.map { Float($0) }).reshaped([3, 1, 1])
        let normal = try (pixels * (1 / 255) - mean) / deviation
        var sequences: [Tensor] = []
        for (image, places) in rows.enumerated() {
            var tokens = [try tower.classEmbedding + tower.positionalEmbedding.select(0)]
            for place in places.map(Int.init) {
                let (y, x) = (place / 4 * 4, place % 4 * 4)
                let patch = try normal.select(image).slice(y..<y + 4, dim: 1).slice(x..<x + 4, dim: 2)
                let row = try tower.patchWeight.reshaped([width, 48]).matmul(patch.reshaped([48, 1]))
                tokens.append(try row.reshaped([width]) + tower.positionalEmbedding.select(place + 1))
            }
            sequences.append(try Tensor.stack(tokens))
        }
        let length = rows[0].count + 1
        var values = try Tensor.stack(sequences).reshaped([count * length, width])
        if let norm = tower.inputNorm { values = try norm(values) }
        let packed = try PackedSequences(count: count, length: length)
        var stream = TransformerBlock.Stream(residual: values)
        for block in tower.blocks { stream = try block(stream, packed, dtype: .float32) }
        let joined = try stream.joined()
        let configuration = tower.configuration
        let after = configuration.normalizesAfterPooling && configuration.pooling != .classToken
        let normed = try after ? joined : tower.outputNorm(joined)
        let tokens = try normed.reshaped([count, length, width])
        let pooled =
            switch configuration.pooling {
            case .classToken: try tokens.select(0, dim: 1)
            case .average: try tokens.slice(1..<length, dim: 1).mean(dims: [1])
            case .averageWithClass: try tokens.mean(dims: [1])
            }
        return try (after ? tower.outputNorm(pooled) : pooled).matmul(tower.projection).normalized()
    }

    @Test(arguments: poolings) func whatIsLeftIsComputedAsIfTheRestWereNotThere(_ tower: (String, String))
        throws
    {
        let model = try model(tower.0, own: tower.1)
        let masked = try model.imageFeatures(images(), patches: kept(), tape: nil)
        #expect(try difference(masked, reference(model, Self.kept)) < 1e-6)
        #expect(try difference(masked, model.imageFeatures(images())) > 1e-3)
        let whole = try reference(model, Array(repeating: (0..<16).map { Int64($0) }, count: 3))
        #expect(try difference(model.imageFeatures(images()), whole) < 1e-6)
        // The order does not matter, but for rounding: each patch has its position.
        let turned = try kept(Self.kept.map { $0.reversed() })
        #expect(try difference(model.imageFeatures(images(), patches: turned, tape: nil), masked) < 1e-6)
    }

    @Test func pixelsThatAreLeftOutDoNotCount() throws {
        let model = try model()
        let (kept, plain) = (try kept(), try images())
        let changed = try plain.cloned()
        // Patch 2 of the first image, 0 of the second and 13 of the third.
        for (image, y, x) in [(0, 0, 8), (1, 0, 0), (2, 12, 4)] {
            try changed.select(image).slice(y..<y + 4, dim: 1).slice(x..<x + 4, dim: 2).fill(7)
        }
        let features = try [plain, changed].map {
            try model.imageFeatures($0, patches: kept, tape: nil).detached().scalars(as: Float.self)
        }
        #expect(features[0] == features[1])
        #expect(try difference(model.imageFeatures(plain), model.imageFeatures(changed)) > 1e-3)
    }

    @Test func choicesThatDoNotFit() throws {
        let model = try model()
        for rows in [[[0, 1]], Array(repeating: (0..<17).map { Int64($0) }, count: 3)] as [[[Int64]]] {
            #expect(throws: TorchError.self) {
                try model.imageFeatures(images(), patches: kept(rows), tape: nil)
            }
        }
        let toy = ModelConfiguration(
            embeddingWidth: 4,
            vision: MeanColour.Configuration(),
            text: MeanWord.Configuration()
        )
        let other = try CLIPModel(toy, parameters: ParameterStore(.initialize(seed: 1)))
        #expect(other.patchGrid == nil)
        #expect(throws: TorchError.self) {
            try other.imageFeatures(
                Tensor.zeros([1, 3, 4, 4], dtype: .uint8),
                patches: kept([[0]]),
                tape: nil
            )
        }
    }

    @Test func poolingStandsInBothObjects() throws {
        let model = try model(#", "pool_type": "avg""#, own: #""pooling": "avgWithClass""#)
        #expect(
            model.configuration.json["vision_cfg"].map { ($0 as? [String: Any])?["pool_type"] } as? String
                == "avg"
        )
        #expect(model.configuration.ownJSON["pooling"] as? String == "avgWithClass")
        #expect(model.configuration.openCLIPObstacles.count == 1)
        #expect(throws: ModelConfigurationError.self) { try self.model(own: #""pooling": "avgWithClass""#) }
        #expect(throws: ModelConfigurationError.self) { try self.model(#", "pool_type": "avgWithClass""#) }
    }
}

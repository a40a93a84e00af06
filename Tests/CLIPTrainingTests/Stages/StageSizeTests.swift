import CLIPData
import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN
import TorchOptim

@testable import CLIPTraining

/// Stages that change the size of images, the length of texts, or where positions come from.
@Suite struct StageSizeTests {
    private let fixture: TrainingFixture

    init() throws {
        fixture = try TrainingFixture()
    }

    private static let kept = ["checkpoint={every: 1 steps, keep: 20}", "ema={decay: 0.5}"]

    private func recipe(_ stages: [String], _ overrides: [String] = []) throws -> Recipe {
        let texts = stages.enumerated().map { "{name: s\($0), length: 3 steps, \($1)}" }
        return try fixture.staged(texts.joined(separator: ", "), Self.kept + overrides)
    }

    @discardableResult
    private func run(_ recipe: Recipe, _ name: String = "run") throws -> TrainingReport {
        try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url(name),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
    }

    private func model(_ run: String, step: Int) throws -> CLIPModel {
        try CLIPModel.load(from: fixture.url("\(run)/checkpoints/step-\(step)").path)
    }

    private static let three = [
        "model: {imageSize: 16, contextLength: 8}, tokens: {image: {mask: grid}}",
        """
        model: {imageSize: 32, contextLength: 12, transfer: {positions: interpolate}}, \
        tokens: {image: {mask: random, drop: 0.3}}
        """,
        "optimizer: {learningRate: 1e-3}, tokens: {image: {mask: none}}",
    ]

    @Test(arguments: ["", "carry: {optimizer: keep}, "])
    func sizesFollowTheStagesAndResumeToTheBit(_ carry: String) throws {
        let stages = Self.three.enumerated().map { $0 == 0 ? $1 : carry + $1 }
        let written = try recipe(stages)
        #expect(try Recipe(yaml: written.resolved) == written)
        #expect(written.stages.map(\.recipe.model.imageSize) == [16, 32, 32])
        #expect(written.stages.map(\.recipe.model.contextLength) == [8, 12, 12])
        try fixture.writeZeroShot("zero")
        let evaluation = "evaluate=[{kind: zeroshot, data: '\(fixture.url("zero").path)', every: 1 steps}]"
        let report = try run(recipe(stages, [evaluation]))
        #expect(report.evaluations["zeroshot/acc1"] != nil)
        // Each checkpoint is a model of its stage's size, averages included.
        for (step, size, length) in [(3, 16, 8), (4, 32, 12), (6, 32, 12), (9, 32, 12)] {
            for part in ["model", "ema"] {
                let path = fixture.url("run/checkpoints/step-\(step)/\(part)").path
                let saved = try CLIPModel.load(from: path)
                #expect(saved.imageSize == size && saved.textKind.contextLength == length)
            }
        }
        for step in [2, 3, 5, 6, 8] {
            let copy = "from-\(step)"
            try FileManager.default.copyItem(at: fixture.url("run"), to: fixture.url(copy))
            for later in step + 1...9 {
                try FileManager.default.removeItem(at: fixture.url("\(copy)/checkpoints/step-\(later)"))
            }
            try fixture.resume(in: copy)
            #expect(try fixture.state(copy, step: 9) == fixture.state("run", step: 9), "from \(step)")
            #expect(try fixture.metrics(copy) == fixture.metrics("run"))
        }
    }

    /// What a stage starts from, without training it.
    @Test func theFirstWeightsOfALargerStageAreInterpolated() throws {
        let stages = ["model: {imageSize: 16}", "model: {imageSize: 32, transfer: {positions: interpolate}}"]
        try run(recipe(stages, ["optimizer.learningRate=1e-30", "optimizer.weightDecay=0"]))
        let (small, large) = (try model("run", step: 3), try model("run", step: 6))
        let path = fixture.url("run/checkpoints/step-3").path
        let expected = try CheckpointDirectory(path).model(imageSize: 32)
        for entry in expected.parameters.entries {
            let found = try #require(large.parameters[entry.name])
            let distance = try withoutGradient { try (found - entry.tensor).abs().maximum().item() }
            #expect(distance < 1e-20, "\(entry.name)")
        }
        #expect(small.imageSize == 16)
    }

    private static let table = "visual.positional_embedding"

    /// CLIPA's first models: fixed positions at a small size, and trained ones afterwards.
    @Test(arguments: ["", "carry: {optimizer: keep}, "])
    func fixedPositionsMayBeTrainedLater(_ carry: String) throws {
        let stages = [
            "model: {imageSize: 16, positions: sincosMAE}",
            "\(carry)model: {imageSize: 32, positions: learned, transfer: {positions: interpolate}}",
            "\(carry)model: {positions: sincosMoCo, transfer: {positions: recompute}}",
        ]
        try run(recipe(stages))
        func table(_ step: Int, _ part: String = "model") throws -> [Float] {
            let path = fixture.url("run/checkpoints/step-\(step)/\(part)").path
            return try #require(try CheckpointDirectory(path).tensors()[Self.table]).scalars()
        }
        let formulas = [
            PatchPositions.sincosMAE.table(grid: 2, width: 16),
            PatchPositions.sincosMoCo.table(grid: 4, width: 16),
        ].map { $0.map { Float($0) } }
        for part in ["model", "ema"] {
            #expect(try table(1, part) == formulas[0] && table(3, part) == formulas[0])
            #expect(try table(4, part) != table(6, part))
            #expect(try table(7, part) == formulas[1] && table(9, part) == formulas[1])
        }
        let kinds = try [3, 6, 9].map { try model("run", step: $0).configuration.patchPositions }
        #expect(kinds == [.sincosMAE, .learned, .sincosMoCo])
        for (step, isTrained) in [(3, false), (6, true), (9, false)] {
            let store = CheckpointStore(run: fixture.url("run"))
            let checkpoint = try #require(try store.checkpoints().first { $0.step == step })
            let moments = try #require(try TrainingState(contentsOf: checkpoint).optimizer?.tensors)
            #expect(moments.keys.contains { $0.hasSuffix(".\(Self.table)") } == isTrained)
        }
        for step in [2, 3, 5, 6, 8] {
            let copy = "from-\(step)"
            try FileManager.default.copyItem(at: fixture.url("run"), to: fixture.url(copy))
            for later in step + 1...9 {
                try FileManager.default.removeItem(at: fixture.url("\(copy)/checkpoints/step-\(later)"))
            }
            try fixture.resume(in: copy)
            #expect(try fixture.state(copy, step: 9) == fixture.state("run", step: 9), "from \(step)")
        }
    }

    /// Neither a patch's row nor its average moves where they are fixed, with weight decay and momentum.
    @Test func fixedPositionsStayAsTheyAre() throws {
        let trainer = try fixture.trainer([
            "model.positions=sincosMoCo", "optimizer.weightDecay=0.9", "ema={decay: 0.5}",
        ])
        defer { trainer.loader.shutdown() }
        let table = try #require(trainer.model.parameters[Self.table])
        let before = try table.scalars(as: Float.self)
        for _ in 0..<3 { try trainer.step() }
        #expect(try table.scalars(as: Float.self) == before)
        #expect(try trainer.average?.averages[Self.table]?.scalars(as: Float.self) == before)
        #expect(table.gradient == nil && !trainer.optimizer.parameters.contains { $0.name == Self.table })
    }

    /// Sizes belong to the configuration that they were written for.
    @Test func anotherConfigurationHasItsOwnSizes() throws {
        try fixture.write(
            """
            {"embed_dim": 16,
             "vision_cfg": {"image_size": 24, "patch_size": 8, "width": 16, "head_width": 8, "layers": 1},
             "text_cfg": {"context_length": 12, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1}}
            """,
            to: "wide.json"
        )
        let wide = fixture.url("wide.json").path
        let stages = [
            "model: {imageSize: 32}", "model: {config: '\(wide)', transfer: {positions: interpolate}}",
            "batch: 8",
        ]
        let written = try recipe(stages)
        #expect(written.stages.map(\.recipe.model.imageSize) == [32, nil, nil])
        #expect(try Recipe(yaml: written.resolved) == written)
        try run(written)
        #expect(try [3, 6, 9].map { try model("run", step: $0).imageSize } == [32, 24, 24])
    }

    @Test func aPlanOpensEveryStageAtItsSize() throws {
        let plan = try TrainingRun.plan(recipe: recipe(Self.three), output: .nullDevice)
        #expect(plan.stages.map(\.name) == ["s0", "s1", "s2"])
        let again = try Recipe(yaml: plan.recipe)
        #expect(again.stages.map(\.recipe.model.imageSize) == [16, 32, 32])
        #expect(again.stages.map(\.recipe.tokens.image.mask) == [.grid, .random, .none])
    }
}

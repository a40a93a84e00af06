import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPData
@testable import CLIPModels
@testable import CLIPTraining

/// Runs of an image tower against vectors of a language model (LLM2CLIP's second stage).
@Suite struct CachedTextRunTests {
    private let cached: CachedTextFixture
    private var fixture: TrainingFixture { cached.fixture }

    init() throws {
        cached = try CachedTextFixture()
    }

    private func values(_ tensor: Tensor?) throws -> [Float] {
        try #require(tensor).detached().scalars(as: Float.self)
    }

    @Test func theImageTowerAndTheTemperatureAreTaken() throws {
        let (stages, said) = try cached.prepare(cached.side)
        let model = try stages[0].model()
        let start = try CLIPModel.load(from: fixture.url("clip").path)
        let fresh = try CLIPModel(stages[0].configuration, parameters: ParameterStore(.initialize(seed: 1)))
        for entry in model.parameters.entries {
            let isFresh = entry.name == "visual.proj" || entry.name.hasPrefix("text_adapter.")
            let expected = isFresh ? fresh.parameters[entry.name] : start.parameters[entry.name]
            #expect(try values(entry.tensor) == values(expected), "\(entry.name)")
        }
        #expect(try model.logitScale.detached().item() != fresh.logitScale.detached().item())
        #expect(model.embeddingWidth == 24)
        let text = start.parameters.entries.filter {
            !$0.name.hasPrefix("visual.") && $0.name != "logit_scale"
        }
        let count = text.reduce(0) { $0 + $1.tensor.count }
        let lines = said.split(separator: "\n").filter { $0.contains("image tower and temperature") }
        #expect(lines.count == 1)
        #expect(
            lines.first.map { line in
                [
                    "fresh: visual.proj (features of 16 → 24), 16 tensors of the language-model adapter",
                    "left out: \(text.count) tensors of its text transformer, \(count) values",
                ].allSatisfy { line.contains($0) }
            } == true,
            "\(said)"
        )
    }

    @Test func withoutTheKeyWeightsOfAnotherHeadAreRefused() throws {
        let refusing = Array(cached.side.dropLast())
        let error = #expect(throws: TrainingError.self) { try cached.prepare(refusing) }
        let text = error?.description ?? ""
        for part in [
            "model.transfer.head to fresh", "embed_dim is 16 there and 24 in model.embedDim",
            "the text side is a text transformer there",
        ] {
            #expect(text.contains(part), "\(text)")
        }
        // Where more differs, a fresh head is no remedy.
        try fixture.writeModel("deeper.json", layers: 2)
        #expect {
            try cached.prepare(cached.side + ["model.config=\(fixture.url("deeper.json").path)"])
        } throws: {
            guard case .otherModel(_, _, let found)? = $0 as? TrainingError else { return false }
            return found == ["vision_cfg.layers is 1 there and 2 in model.config"]
        }
    }

    @Test func imagesOfAnotherSizeAreASecondKey() throws {
        let larger = cached.side + ["model.imageSize=24"]
        #expect(throws: TrainingError.self) { try cached.prepare(larger) }
        let stages = try cached.prepare(larger + ["model.transfer.positions=interpolate"]).stages
        #expect(try stages[0].model().parameters["visual.positional_embedding"]?.shape == [10, 16])
    }

    @Test func aKeyWithoutEffectIsSaid() throws {
        try cached.train()
        let again = [
            "model.text={kind: cached, width: 6, blocks: 2}", "model.embedDim=24",
            "model.initialize=\(fixture.url("run").path)",
        ]
        let said = try cached.prepare(again + ["model.transfer.head=fresh"]).said
        #expect(said.contains("`model.transfer.head` has no effect"), "\(said)")
        #expect(try cached.prepare(again).said.contains("image tower and temperature") == false)
        let trained = try CLIPModel.load(from: fixture.url("run").path)
        let model = try cached.prepare(again).stages[0].model()
        let name = "text_adapter.resblocks.1.c_fc.weight"
        #expect(try values(model.parameters[name]) == values(trained.parameters[name]))
    }

    private static let kinds: [[String]] = [
        ["objective.preset=clip"], ["objective.preset=siglip"], ["objective.preset=sogclr"],
        ["objective.preset=fastclip-v1"], ["objective.preset=fastclip-v3", "temperature.rho=2"],
        ["objective.preset=neuclip", "temperature.rho=2", "objective.network.prototypes=20"],
        ["data.captions.perImage=2"], ["tokens={image: {mask: random, drop: 0.4}}"],
        ["microBatch=3"], ["microBatch=3", "activationCheckpointing=blocks"], ["precision=bfloat16"],
        ["storage={weights: bfloat16, moments: bfloat16}"], ["ema={decay: 0.9}"],
        ["optimizer.layerDecay=0.5", "optimizer.gradientClipNorm=5"],
    ]

    @Test(arguments: kinds.indices) func everyWayOfTrainingTakesThem(number: Int) throws {
        let report = try cached.train(["length=2 steps", "model.imageSize=16"] + Self.kinds[number])
        #expect(report.steps == 2 && report.badSamples.isEmpty)
        #expect(try fixture.metrics().allSatisfy { $0["train/loss"]?.isFinite ?? true })
        let model = try CLIPModel.load(from: fixture.url("run").path)
        let first = try CLIPModel(model.configuration, parameters: ParameterStore(.initialize(seed: 1)))
        // A weight that is a bfloat16 number may have been rounded alone; a bias is moved.
        let bias = "text_adapter.resblocks.0.c_fc.bias"
        #expect(try values(model.parameters[bias]) != values(first.parameters[bias]))
    }

    @Test func aBatchInPartsHasTheGradientsOfTheWhole() throws {
        func weights(_ memory: [String], _ run: String) throws -> [Float] {
            try cached.train(["length=2 steps", "optimizer.epsilon=1e-4"] + memory, in: run)
            let model = try CLIPModel.load(from: fixture.url(run).path)
            return try model.parameters.entries.flatMap { try values($0.tensor) }
        }
        let whole = try weights([], "whole")
        #expect(try weights(["activationCheckpointing=blocks"], "checkpointed") == whole)
        let parts = try weights(["microBatch=3"], "parts")
        let distance = zip(whole, parts).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(distance < 2e-5, "\(distance)")
    }

    /// The key of the first stage is inherited, and leaves out nothing that this stage has trained.
    @Test func aLaterStageKeepsItsTextTower() throws {
        let longer = "model: {contextLength: 16, transfer: {positions: interpolate}}"
        let stages = "{name: a, length: 2 steps}, {name: b, length: 2 steps, \(longer)}"
        let start = [
            "model.embedDim=24", "model.initialize=\(fixture.url("clip").path)", "model.transfer.head=fresh",
        ]
        let plain = try fixture.staged(stages, start)
        let setups = try RunSetup.prepare(plain, output: .nullDevice).stages
        let first = try setups[0].model(), second = setups[1]
        let weights = Dictionary(
            uniqueKeysWithValues: first.parameters.entries.map { ($0.name, $0.tensor) }
        )
        let origin = try StageSetup.Origin(setups[0], first.preprocessing)
        let fitted = try second.fitted(weights, of: origin)
        for name in ["token_embedding.weight", "text_projection", "visual.proj"] {
            #expect(try values(fitted[name]) == values(weights[name]), "\(name)")
        }
        #expect(fitted["positional_embedding"]?.shape.first == 16)
        // Nothing is said of a head that is left out there.
        #expect(try RunBlueprint(plain).stages.map { $0.headNotice == nil } == [false, true])
    }

    @Test func stagesGoOnWithTheTextSide() throws {
        let stages = """
            {name: head, length: 2 steps, train: {freeze: ['visual[.](?!proj).*']}}, {name: all, length: 2 steps}
            """
        let report = try cached.start(fixture.staged(stages, cached.side))
        #expect(report.steps == 4)
        let model = try CLIPModel.load(from: fixture.url("run").path)
        let start = try CLIPModel.load(from: fixture.url("clip").path)
        let name = "visual.conv1.weight"
        #expect(try values(model.parameters[name]) != values(start.parameters[name]))
        for (change, key) in [
            ("text: {width: 7}", "model.text"), ("text: null", "model.text"),
            ("embedDim: 16", "model.embedDim"),
        ] {
            let other = "{name: a, length: 2 steps}, {name: b, length: 2 steps, model: {\(change)}}"
            let error = #expect(throws: RecipeError.self) { try fixture.staged(other, cached.side) }
            #expect(error?.problems.map(\.path) == ["stages.1.\(key)"])
        }
    }
}

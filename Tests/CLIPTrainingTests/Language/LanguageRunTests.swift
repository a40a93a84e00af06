import CLIPEvaluation
import CLIPLanguage
import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPData
@testable import CLIPTraining

/// Runs that train a language model on pairs of captions.
@Suite struct LanguageRunTests {
    @Test func aRunWritesAdaptersAndReadsNoPicture() throws {
        let fixture = try LanguageFixture()
        let base = try Data(contentsOf: fixture.url("lm/model.safetensors"))
        let report = try fixture.train()
        #expect(report.steps == 6 && report.samples == 48 && report.badSamples.isEmpty)
        #expect(try #require(report.finalLoss).isFinite)
        #expect(
            fixture.folder.names("run/checkpoints/step-6/model") == [
                "adapter_config.json", "adapter_model.safetensors",
            ]
        )
        let source = try LanguageModels.open(fixture.url("lm").path)
        let path = fixture.url("run/checkpoints/step-6/model").path
        let adapter = try LowRankAdapter(directory: path, for: source.configuration)
        #expect(adapter.options.rank == 4 && adapter.options.alpha == 8 && adapter.pairs.count == 14)
        // 14 pairs of rank 4: 2 · 4 · (q 32 + k 24 + v 24 + o 32 + gate 40 + up 40 + down 40).
        #expect(adapter.parameterCount == 2 * 4 * 232)
        // Both matrices have moved, and the language model has not.
        for (name, values) in try fixture.matrices(step: 6) where name.contains("lora_B") {
            #expect(values.contains { $0 != 0 }, "\(name)")
        }
        #expect(try Data(contentsOf: fixture.url("lm/model.safetensors")) == base)
        let resolved = try String(contentsOf: fixture.url("run/recipe.yaml"), encoding: .utf8)
        #expect(resolved.contains("captionContrastive:") && resolved.contains("temperature: 0.02"))
    }

    /// At B = 0 the gradient of A is exactly 0 and that of B is not: the first step moves only B.
    @Test func theFirstStepMovesOnlyB() throws {
        let fixture = try LanguageFixture()
        let trainer = try fixture.trainer()
        defer { trainer.loader.shutdown() }
        func values() throws -> [String: [Float]] {
            Dictionary(
                uniqueKeysWithValues: try trainer.model.parameters.entries.map {
                    ($0.name, try $0.tensor.detached().scalars())
                }
            )
        }
        let first = try values()
        try trainer.step()
        let second = try values()
        try trainer.step()
        let third = try values()
        for (name, before) in first {
            if name.contains("lora_A") {
                #expect(second[name] == before && third[name] != before, "\(name)")
            } else {
                #expect(before.allSatisfy { $0 == 0 } && second[name] != before, "\(name)")
            }
        }
        #expect(trainer.loader.timing.imagesRead == 0 && trainer.loader.timing.decode == 0)
        #expect(trainer.model.imageSize == 0 && trainer.model.objectiveParameters.isEmpty)
    }

    @Test(arguments: [
        [], ["microBatch=4", "ema={decay: 0.9}"],
        ["objective.captionContrastive.hardNegatives=true", "objective.maskEqualCaptions=true"],
        ["activationCheckpointing=blocks", "microBatch=3", "optimizer.kind=lion"],
    ])
    func aRunResumesToTheBit(_ overrides: [String]) throws {
        let fixture = try LanguageFixture()
        try fixture.train(overrides, in: "straight")
        try fixture.train(overrides + ["length=3 steps", "schedule.kind=constant"], in: "parts")
        // The rate falls over the whole length, so that three steps of six are not a run of three.
        try fixture.train(overrides + ["schedule.kind=constant"], in: "whole")
        try fixture.resume(["length=6 steps"], in: "parts")
        for part in ["model"] + (overrides.contains { $0.hasPrefix("ema") } ? ["ema"] : []) {
            let whole = try fixture.matrices("whole", step: 6, part)
            #expect(try fixture.matrices("parts", step: 6, part) == whole)
            #expect(try fixture.matrices("straight", step: 6, part) != whole)
        }
    }

    /// Parts of a batch and activations that are computed again change nothing but rounding, with dropout too.
    @Test(
        arguments: [
            ["microBatch=3"], ["activationCheckpointing=blocks"],
            ["microBatch=2", "activationCheckpointing=blocks"],
        ],
        [0, 0.3]
    )
    func partsHaveTheGradientsOfTheWhole(_ overrides: [String], dropout: Double) throws {
        let fixture = try LanguageFixture()
        let plain = [
            "model.adapter.dropout=\(dropout)", "objective.captionContrastive.hardNegatives=true",
            "optimizer.kind=sgd",
        ]
        func weights(_ overrides: [String]) throws -> [String: [Float]] {
            let trainer = try fixture.trainer(plain + overrides)
            defer { trainer.loader.shutdown() }
            for _ in 0..<4 { try trainer.step() }
            return Dictionary(
                uniqueKeysWithValues: try trainer.model.parameters.entries.map {
                    ($0.name, try $0.tensor.detached().scalars())
                }
            )
        }
        let whole = try weights([]), parts = try weights(overrides)
        for (name, values) in whole {
            let scale = values.map(abs).max() ?? 0
            let difference = zip(values, parts[name] ?? []).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference <= 2e-4 * max(scale, 1e-4), "\(name)")
        }
    }

    /// Both passes of gradient caching draw the same dropout: the gradients belong to the features that the loss saw.
    @Test func dropoutIsTheSameInBothPasses() throws {
        let fixture = try LanguageFixture()
        let trainer = try fixture.trainer(["model.adapter.dropout=0.5"])
        defer { trainer.loader.shutdown() }
        for _ in 0..<2 { try trainer.step() }
        let rows = try #require(try trainer.loader.next())
        let model = trainer.model
        let input = try DeviceBatch(rows, on: .cpu, epochLength: 32).input
        func features(_ input: ModelInput) throws -> [Float] {
            try #require(model.features(of: input, sides: .both, tape: nil).text).detached().scalars()
        }
        let first = try features(input)
        #expect(try features(input) == first)
        var moved = input
        moved.position += 1
        #expect(try features(moved) != first)
    }

    @Test func trainingTeachesCaptionsToFindEachOther() throws {
        let fixture = try LanguageFixture()
        let report = try fixture.train([
            "length=80 steps", "log.every=20 steps", "checkpoint.every=80 steps", "batch=16",
            "model.adapter.rank=8",
            "evaluate=[{kind: captions, data: '\(fixture.url("train-{0..1}.tar").path)', captions: [txt, title.txt], every: 80 steps}]",
        ])
        let found = try #require(report.evaluations["captions/caption_retrieval_accuracy"])
        let encoder = try SentenceEncoder.open(language: fixture.url("lm").path, adapter: nil)
        let tuned = try SentenceEncoder.open(language: nil, adapter: fixture.url("run").path)
        func accuracy(_ encoder: SentenceEncoder) throws -> Double {
            try #require(
                CaptionRetrieval(["txt", "title.txt"]).evaluate(
                    ShardDataset.open([fixture.url("train-{0..1}.tar").path])
                ) { try encoder.vectors(of: $0) }.metrics["caption_retrieval_accuracy"]
            )
        }
        let before = try accuracy(encoder)
        #expect(try accuracy(tuned) == found)
        #expect(found > before + 0.2 && found > 0.5, "from \(before) to \(found)")
    }

    @Test func anAdapterIsStartedFrom() throws {
        let fixture = try LanguageFixture()
        try fixture.train(["length=2 steps", "schedule.warmup=0 steps"])
        try fixture.train(
            [
                "model.initialize='\(fixture.url("run").path)'", "length=1 steps",
                "schedule.warmup=0 steps", "optimizer.learningRate=1e-30",
            ],
            in: "next"
        )
        #expect(try fixture.matrices("next", step: 1) == fixture.matrices(step: 2))
    }

    @Test func aDryRunSaysWhatIsTrained() throws {
        let fixture = try LanguageFixture()
        let plan = try TrainingRun.plan(recipe: fixture.recipe(), output: .nullDevice)
        #expect(plan.parameters == 2 * 4 * 232 && plan.stages[0].steps == 6)
        let error = #expect(throws: RecipeError.self) { try CostPlan(fixture.recipe()) }
        #expect(error?.description.contains("is not planned") == true)
    }
}

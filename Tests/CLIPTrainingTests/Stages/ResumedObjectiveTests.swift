import CLIPModels
import Foundation
import Testing

@testable import CLIPTraining

/// Another loss for a run that has begun.
@Suite struct ResumedObjectiveTests {
    private func run(_ preset: String, _ overrides: [String] = []) throws -> TrainingFixture {
        let fixture = try TrainingFixture()
        try fixture.train(
            [
                "objective.preset=\(preset)", "objective.network.prototypes=20", "length=3 steps",
                "ema={decay: 0.9}",
            ] + overrides
        )
        return fixture
    }

    /// Losses that remember nothing follow each other as they are.
    @Test(arguments: [["clip", "siglip"], ["siglip", "clip"], ["clip", "siglip", "clip", "siglip"]])
    func lossesThatRememberNothingFollowEachOther(presets: [String]) throws {
        let fixture = try run(presets[0])
        for (number, preset) in presets.enumerated().dropFirst() {
            let text = try fixture.messages(of: ["objective.preset=\(preset)", "length=\(3 + number) steps"])
            let isNew =
                "the checkpoint has no 'logit_bias', which the loss `sigmoid` needs: it starts from -10.0"
            #expect(text.contains(isNew) == (preset == "siglip"), "\(text)")
        }
        let last = 2 + presets.count
        #expect(try fixture.resume(["length=\(last + 2) steps"]).steps == last + 2)
        let model = try CLIPModel.load(from: fixture.url("run").path)
        #expect((model.objectiveParameters["logit_bias"] != nil) == (presets.last == "siglip"))
    }

    @Test func aTemperatureThatIsTrainedFromNowOnHasMomentsOfItsOwn() throws {
        let fixture = try run("clip", ["temperature.rule=constant"])
        #expect(try fixture.resume(["temperature.rule=global", "length=5 steps"]).steps == 5)
        let moving = try fixture.metrics().compactMap { $0["train/scale"] }
        #expect(Set(moving.prefix(3)).count == 1 && moving[4] != moving[2])
        #expect(try fixture.resume(["temperature.rule=constant", "length=7 steps"]).steps == 7)
        #expect(try fixture.resume(["length=8 steps"]).steps == 8)
    }

    @Test(arguments: [
        ("sogclr", "isogclr"), ("fastclip-v3", "neuclip"), ("neuclip", "clip"),
    ])
    func whatTheLossRemembersIsForgottenByName(old: String, new: String) throws {
        let fixture = try run(old)
        let files = try fixture.files()
        let overrides = ["objective.preset=\(new)", "length=5 steps"]
        let error = #expect(throws: ResumeError.self) { try fixture.resume(overrides) }
        guard case .otherMemory? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("--fresh-state") == true)
        #expect(error?.description.contains("model.initialize=\(fixture.url("run").path)") == true)
        #expect(try fixture.files() == files)
        let text = try fixture.messages(of: overrides, fresh: true)
        #expect(
            text.contains("the loss forgets ") && !text.contains("--fresh-state has no effect"),
            "\(text)"
        )
        let report = try fixture.resume(["length=6 steps"])
        #expect(report.steps == 6 && report.finalLoss?.isFinite == true)
    }

    @Test func whatHasNoEffectIsToldBetweenStagesToo() throws {
        let fixture = try TrainingFixture()
        _ = try TrainingRun.start(
            recipe: fixture.staged("{name: a, length: 5 steps}, {name: b, length: 2 steps}"),
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-7"))
        let text = try fixture.messages(of: ["stages.1.length=3 steps"], fresh: true)
        #expect(text.contains("--fresh-state has no effect"), "\(text)")
    }

    /// Nothing is forgotten, so nothing has to be asked for.
    @Test func aLossThatRemembersNothingMayLearnTo() throws {
        let fixture = try run("clip")
        let text = try fixture.messages(of: ["objective.preset=sogclr", "length=5 steps"])
        #expect(text.contains("the loss starts to remember "), "\(text)")
        #expect(try fixture.resume(["length=6 steps"]).steps == 6)
    }

    @Test func anotherOptimizerIsRefused() throws {
        let fixture = try run("clip")
        let files = try fixture.files()
        let error = #expect(throws: ResumeError.self) {
            try fixture.resume(["optimizer.kind=lion", "length=5 steps"])
        }
        #expect(error?.description.contains("optimizer.kind is lion, and the run trained with adamw") == true)
        #expect(try fixture.files() == files)
    }

    /// The way that the message names.
    @Test func aNewRunStartsFromTheWeightsWithAnotherLoss() throws {
        let fixture = try run("neuclip")
        let recipe = try Recipe(
            contentsOf: fixture.url("run/recipe.yaml").path,
            overrides: ["objective.preset=fastclip-v3", "model.initialize=\(fixture.url("run").path)"]
        )
        let report = try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url("new"),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        #expect(report.steps == 3)
    }

    @Test(arguments: ["constant", "global"])
    func theTemperatureOfGivenWeightsCanBeSet(rule: String) throws {
        let fixture = try run("clip", ["temperature.initial=0.05"])
        func first(_ overrides: [String], _ name: String) throws -> Double {
            let start = "model.initialize='\(fixture.url("run").path)'"
            let still = ["temperature.rule=\(rule)", "temperature.learningRate=1e-9", "length=2 steps"]
            try fixture.train([start] + still + overrides, in: name)
            return 1 / (try #require(try fixture.metrics(name).first?["train/scale"]))
        }
        let own = try first([], "own")
        #expect(abs(own - 0.05) < 0.002 && abs(own - 0.07) > 0.01)
        #expect(abs(try first(["temperature.initial=0.07"], "given") - 0.07) < 1e-6)
        #expect(abs(try first(["temperature.initial=0.02"], "other") - 0.02) < 1e-6)
    }

    /// A preset's own first temperature gives way to the weights', unless it is given.
    @Test func thePresetsTemperatureCanBeGivenOverThatOfWeights() throws {
        let fixture = try run("clip", ["temperature.initial=0.05"])
        func first(_ overrides: [String], _ name: String) throws -> Double {
            let start = ["model.initialize='\(fixture.url("run").path)'", "objective.preset=siglip"]
            try fixture.train(
                start + ["temperature.learningRate=1e-9", "length=2 steps"] + overrides,
                in: name
            )
            return 1 / (try #require(try fixture.metrics(name).first?["train/scale"]))
        }
        #expect(abs(try first([], "weights") - 0.05) < 0.002)
        #expect(abs(try first(["temperature.initial=0.1"], "given") - 0.1) < 1e-6)
    }
}

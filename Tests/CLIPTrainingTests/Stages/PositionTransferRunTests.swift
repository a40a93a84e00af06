import CLIPData
import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN
import TorchOptim

@testable import CLIPTraining

/// Starts from weights of another image size or text length, and stages that change it.
@Suite struct PositionTransferRunTests {
    private let fixture: TrainingFixture

    init() throws {
        fixture = try TrainingFixture()
        try writeModel("wide.json", image: 24, text: 20)
        try writeModel("narrow.json", image: 8, text: 9)
    }

    private func writeModel(_ name: String, image: Int, text: Int) throws {
        try fixture.write(
            """
            {"embed_dim": 16,
             "vision_cfg": {"image_size": \(image), "patch_size": 8, "width": 16, "head_width": 8, "layers": 1},
             "text_cfg": {"context_length": \(text), "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1}}
            """,
            to: name
        )
    }

    private func model(_ name: String) -> String { "model.config=\(fixture.url(name).path)" }

    /// What a run with this recipe starts from.
    private func firstModel(_ overrides: [String]) throws -> CLIPModel {
        let setup = try RunSetup.prepare(fixture.recipe(overrides), output: .nullDevice).stages[0]
        return try #require(try setup.model() as? CLIPModel)
    }

    private func values(_ tensor: Tensor?) throws -> [Float] {
        try #require(tensor).detached().scalars(as: Float.self)
    }

    private func areEqual(_ left: CLIPModel, _ right: CLIPModel, _ name: String) throws -> Bool {
        try values(left.parameters[name]) == values(right.parameters[name])
    }

    private static let tables = ["visual.positional_embedding", "positional_embedding"]

    @Test func theErrorNamesTheKeyAndBothSizes() throws {
        try fixture.train(["length=2 steps"], in: "start")
        do {
            try fixture.train([model("wide.json"), "model.initialize=\(fixture.url("start").path)"])
            Issue.record("other sizes went through")
        } catch let error as TrainingError {
            let text = error.description
            for part in [
                "model.transfer.positions", "interpolate", "recompute",
                "vision_cfg.image_size is 16 there and 24 in model.config",
                "text_cfg.context_length is 12 there and 20 in model.config",
            ] {
                #expect(text.contains(part), "\(text)")
            }
        }
        #expect(!fixture.exists("run"))
        // What is more than a size stays another architecture.
        try fixture.writeModel("deeper.json", layers: 2)
        #expect {
            try fixture.train([
                model("deeper.json"), "model.initialize=\(fixture.url("start").path)",
                "model.transfer.positions=interpolate",
            ])
        } throws: {
            guard case .otherModel(_, _, let found) = $0 as? TrainingError else { return false }
            return found == ["vision_cfg.layers is 1 there and 2 in model.config"]
        }
    }

    @Test(arguments: [("wide.json", 24, 20), ("narrow.json", 8, 9)])
    func interpolatedWeightsAreThoseOfTheLibrary(_ name: String, _ image: Int, _ text: Int) throws {
        try fixture.train(["length=2 steps"], in: "start")
        let start = ["model.initialize=\(fixture.url("start").path)", model(name)]
        let overrides = start + ["model.transfer.positions=interpolate"]
        let transferred = try firstModel(overrides)
        let expected = try CheckpointDirectory(fixture.url("start").path).model(
            imageSize: image,
            contextLength: text
        )
        for entry in expected.parameters.entries {
            #expect(try areEqual(transferred, expected, entry.name), "\(entry.name)")
        }
        let pixels = try Tensor(
            (0..<3 * image * image).map { UInt8($0 * 7 % 256) },
            shape: [1, 3, image, image]
        )
        #expect(try values(transferred.imageFeatures(pixels)) == values(expected.imageFeatures(pixels)))

        try fixture.train(overrides + ["length=3 steps"])
        let trained = try CLIPModel.load(from: fixture.url("run").path)
        #expect(trained.imageSize == image)
        #expect(trained.textKind.contextLength == text)
        try fixture.resume(["length=4 steps"])
    }

    @Test func recomputedTablesAreThoseOfTheSeed() throws {
        try fixture.train(["length=2 steps"], in: "start")
        let start = ["model.initialize=\(fixture.url("start").path)", model("wide.json")]
        let recomputed = try firstModel(start + ["model.transfer.positions=recompute"])
        let fresh = try firstModel([model("wide.json")])
        let saved = try CLIPModel.load(from: fixture.url("start").path)
        for name in Self.tables { #expect(try areEqual(recomputed, fresh, name), "\(name)") }
        #expect(try areEqual(recomputed, saved, "visual.proj"))
    }

    private func staged(_ second: String, _ overrides: [String] = []) throws -> Recipe {
        try fixture.staged(
            "{name: a, length: 3 steps}, {name: b, length: 3 steps, \(second)}",
            ["checkpoint={every: 1 steps, keep: 20}"] + overrides
        )
    }

    private func run(_ recipe: Recipe, _ name: String = "run") throws {
        _ = try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url(name),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
    }

    @Test(arguments: ["interpolate", "recompute"])
    func aStageMayChangeTheSizeAndKeepTheRest(_ positions: String) throws {
        let wide = fixture.url("wide.json").path
        let second =
            "model: {config: '\(wide)', transfer: {positions: \(positions)}}, carry: {optimizer: keep, ema: keep}"
        try run(staged(second, ["ema={decay: 0.5}"]))
        let sizes = try [3, 4].map {
            try CLIPModel.load(from: fixture.url("run/checkpoints/step-\($0)").path).imageSize
        }
        #expect(sizes == [16, 24])
        // Resumed at the change and inside of the new stage, to the bit.
        for step in [3, 4] {
            let copy = "from-\(step)"
            try FileManager.default.copyItem(at: fixture.url("run"), to: fixture.url(copy))
            for later in step + 1...6 {
                try FileManager.default.removeItem(at: fixture.url("\(copy)/checkpoints/step-\(later)"))
            }
            try fixture.resume(in: copy)
            #expect(try fixture.state(copy, step: 6) == fixture.state("run", step: 6))
        }
    }

    /// The way that the message names.
    @Test func atAResumeTheStageThatFollowsIsNamed() throws {
        try run(staged("batch: 8"))
        for step in 3...6 {
            try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-\(step)"))
        }
        let wide = "stages.1.model.config=\(fixture.url("wide.json").path)"
        let key = "model.transfer.positions=interpolate"
        let error = #expect(throws: ResumeError.self) { try fixture.resume([wide, key]) }
        let text = "\(try #require(error))"
        #expect(
            text.contains("if the stage that follows is to have it, give --set 'stages.1.\(key)'"),
            "\(text)"
        )
        try fixture.resume([wide, "stages.1.\(key)"])
        #expect(try CLIPModel.load(from: fixture.url("run").path).imageSize == 24)
        let last = #expect(throws: ResumeError.self) {
            try fixture.resume(["stages.1.length=5 steps", "stages.1.model.transfer.positions=recompute"])
        }
        #expect(last?.description.contains("stage that follows") == false)
    }

    @Test func whatAStageCannotTakeOverIsRefusedBeforeAnythingTrains() throws {
        let wide = fixture.url("wide.json").path
        #expect {
            try staged("model: {config: '\(wide)'}")
        } throws: {
            "\($0)".contains("stages.1.model.config") && "\($0)".contains("model.transfer.positions")
        }
        try fixture.writeModel("deeper.json", layers: 2)
        let deeper = fixture.url("deeper.json").path
        #expect {
            try run(staged("model: {config: '\(deeper)', transfer: {positions: interpolate}}"))
        } throws: {
            "\($0)".contains("model of stage `a`, which has another architecture")
        }
        #expect(!fixture.exists("run"))
    }

    @Test func momentsOfOtherTablesStartAtZero() throws {
        let wide = fixture.url("wide.json").path
        let recipe = try staged(
            "model: {config: '\(wide)', transfer: {positions: interpolate}}",
            ["ema={decay: 0.5}"]
        )
        let setups = try RunSetup.prepare(recipe, output: .nullDevice).stages
        let trainer = try fixture.trainer(["ema={decay: 0.5}"])
        defer { trainer.loader.shutdown() }
        try trainer.step()
        let state = try trainer.liveState()
        let origin = try StageSetup.Origin(setups[0], Preprocessing())
        let fitted = try state.fitted(to: setups[1], of: origin)
        let moments = try #require(fitted.optimizer?.tensors)
        for slot in ["first_moment", "second_moment"] {
            let image = try #require(moments["\(slot).visual.positional_embedding"])
            #expect(image.shape == [10, 16])
            #expect(try values(image).allSatisfy { $0 == 0 })
            #expect(moments["\(slot).positional_embedding"]?.shape == [20, 16])
            #expect(try values(moments["\(slot).visual.proj"]).contains { $0 != 0 })
        }
        #expect(fitted.optimizer?.stepCount == 1)
        let name = "visual.positional_embedding"
        let resized = try setups[1].configuration.fitted(
            #require(state.average),
            from: setups[0].configuration
        )
        #expect(fitted.average?[name]?.shape == [10, 16])
        #expect(try values(fitted.average?[name]) == values(resized[name]))
    }
}

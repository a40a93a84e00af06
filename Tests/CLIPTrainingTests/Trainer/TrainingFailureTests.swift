import CLIPData
import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN
import TorchOptim

@testable import CLIPTraining

@Suite struct TrainingFailureTests {
    private func description(of body: () throws -> some Any) -> String {
        do {
            _ = try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("data.train=missing-{0..1}.tar", "missing-0.tar"), ("batch=64", "40"),
        ("model.config=missing.json", "missing.json"), ("model.initialize=missing", "missing"),
        ("evaluate=[{kind: zeroshot, data: missing}]", "missing"),
        ("evaluate=[{kind: retrieval, data: missing.tar}]", "missing.tar"),
        ("optimizer.rates={vision.*: 0.1}", "optimizer.rates.vision.*"),
        ("data.captions.fields=[caption]", "caption"), ("data.imageFields=[gif]", "gif"),
    ])
    func badRecipesLeaveNothing(override: String, name: String) throws {
        let fixture = try TrainingFixture()
        let text = description { try fixture.train([override]) }
        #expect(text.contains(name), "\(text)")
        #expect(!fixture.exists("run"))
    }

    @Test(.enabled(if: Device.cudaCount == 0)) func noSuchDevice() throws {
        let fixture = try TrainingFixture()
        #expect(throws: TrainingError.noDevice("cuda:0", found: 0)) { try fixture.train(["device=cuda"]) }
        #expect(!fixture.exists("run"))
    }

    @Test func otherFilesStay() throws {
        let fixture = try TrainingFixture()
        try fixture.write("precious", to: "run/notes.txt")
        let error = RunDirectoryError.notEmpty(path: fixture.url("run").path, hasCheckpoint: false)
        #expect(throws: error) { try fixture.train() }
        #expect(try fixture.files() == ["notes.txt": Data("precious".utf8)])
    }

    @Test func refusedResumesChangeNothing() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=2 steps"])
        let files = try fixture.files()
        try fixture.writeModel("deeper.json", layers: 2)
        let deeper = fixture.url("deeper.json").path
        let other = ResumeError.otherModel(
            run: fixture.url("run").path,
            old: fixture.url("model.json").path,
            new: deeper,
            differences: ["vision_cfg.layers is 1 there and 2 in model.config"]
        )
        #expect(throws: other) {
            try fixture.resume(["model.config=\(deeper)", "length=4 steps"])
        }
        for (override, name) in [
            ("batch=64", "64"), ("data.train=missing.tar", "missing.tar"), ("lenth=4 steps", "lenth"),
        ] {
            let text = description { try fixture.resume([override]) }
            #expect(text.contains(name), "\(text)")
        }
        #expect(try fixture.files() == files)

        try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-2"))
        #expect(throws: TrainingError.nothingToResume(fixture.url("run").path)) { try fixture.resume() }
    }

    @Test func divergenceKeepsTheLastGoodCheckpoint() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=3 steps"])
        let good = try fixture.files("run/checkpoints/step-3")
        let lines = try fixture.metrics()
        do {
            try fixture.resume(["length=9 steps", "optimizer.learningRate=1e30", "checkpoint.every=1 steps"])
            Issue.record("a learning rate of 1e30 went through")
        } catch TrainingError.weightsNotFinite(_, let checkpoint), TrainingError.notFinite(
            _,
            _,
            let checkpoint
        )
        {
            #expect(checkpoint?.hasSuffix("/step-3") == true)
        }
        #expect(fixture.folder.names("run/checkpoints") == ["step-3"])
        #expect(try fixture.files("run/checkpoints/step-3") == good)
        let report = try fixture.resume(["length=5 steps", "optimizer.learningRate=1e-3"])
        #expect(report.steps == 5)
        #expect(try fixture.metrics().prefix(3) == lines[...])
    }

    @Test func lossThatIsNoNumberStopsTheRun() throws {
        let fixture = try TrainingFixture()
        do {
            // Without a checkpoint in between, the loss is what tells.
            try fixture.train([
                "optimizer.learningRate=1e30", "checkpoint.every=100 steps", "schedule.warmup=0 steps",
            ])
            Issue.record("a learning rate of 1e30 went through")
        } catch TrainingError.notFinite(let step, let loss, let checkpoint) {
            #expect(step >= 2)
            #expect(!loss.isFinite)
            #expect(checkpoint == nil)
        }
        #expect(fixture.folder.names("run/checkpoints").isEmpty)
    }

    @Test(arguments: [[], ["optimizer.gradientClipNorm=1"]])
    func poisonedStepMovesNothing(overrides: [String]) throws {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer(["temperature.rule=constant"] + overrides)
        defer { trainer.loader.shutdown() }
        try trainer.step()
        #expect(try trainer.takeMetrics().means["loss"]?.isFinite == true)
        // The scale overflows, and with it loss and gradients.
        let kept = try trainer.model.logitScale.item()
        try trainer.model.logitScale.fill(100)
        let weights = try trainer.model.parameters.entries.map { try $0.tensor.scalars(as: Float.self) }
        try trainer.step()
        #expect(try trainer.takeMetrics().means["loss"]?.isFinite == false)
        #expect(try trainer.optimizer.stepCount() == 1)
        #expect(try trainer.weightsAreFinite())
        #expect(
            try trainer.model.parameters.entries.map { try $0.tensor.scalars(as: Float.self) } == weights
        )
        try trainer.model.logitScale.fill(kept)
        try trainer.step()
        #expect(try trainer.takeMetrics().means["loss"]?.isFinite == true)
        #expect(try trainer.optimizer.stepCount() == 2)
    }
}

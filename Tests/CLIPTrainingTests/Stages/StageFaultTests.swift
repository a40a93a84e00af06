import CLIPData
import CLIPModels
import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed
import TorchNN
import TorchOptim

@testable import CLIPTraining

/// Runs of several stages that meet something wrong, or something that is gone.
@Suite struct StageFaultTests {
    private static let two = "{name: a, length: 4 steps}, {name: b, length: 4 steps}"

    @discardableResult
    private func start(_ fixture: TrainingFixture, _ stages: String, _ overrides: [String] = []) throws
        -> TrainingReport
    {
        try TrainingRun.start(
            recipe: fixture.staged(stages, ["checkpoint={every: 1 steps, keep: 20}"] + overrides),
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
    }

    private func remove(_ fixture: TrainingFixture, checkpoints: ClosedRange<Int>) throws {
        for step in checkpoints {
            try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-\(step)"))
        }
    }

    @Test func whatAMachineDecidesMayChangeBetweenSessions() throws {
        let fixture = try TrainingFixture()
        try start(fixture, Self.two)
        try remove(fixture, checkpoints: 7...8)
        let report = try fixture.resume([
            "device=auto", "log.every=2 steps", "checkpoint.keep=3", "data.workers=2", "memoryLimit=2 GiB",
            "activationCheckpointing=blocks", "objective.workspace=64 MiB", "data.maximumBadSampleRate=0.5",
            "tokens.text.inEvaluation=true",
        ])
        #expect(report.steps == 8)
    }

    @Test func aResumeThatIsRefusedLeavesTheMetrics() throws {
        let fixture = try TrainingFixture()
        try start(fixture, Self.two)
        try remove(fixture, checkpoints: 7...8)
        let lines = try fixture.metrics()
        try fixture.writeModel("deeper.json", layers: 2)
        let override = "model.config='\(fixture.url("deeper.json").path)'"
        #expect(throws: (any Error).self) { try fixture.resume([override]) }
        #expect(try fixture.metrics() == lines && lines.count == 8)
    }

    @Test(arguments: [
        "stages.1.carry.optimizer=keep", "stages.1.start.kind=initialize", "train.freeze=['visual.*']",
    ])
    func whatDecidedTheStartOfAStageStays(override: String) throws {
        let fixture = try TrainingFixture()
        try start(fixture, Self.two)
        try remove(fixture, checkpoints: 7...8)
        let before = try fixture.files()
        #expect(throws: TrainingError.self) { try fixture.resume([override]) }
        #expect(try fixture.files() == before)
    }

    @Test func recordsOfOtherSamplesCannotBeKept() throws {
        let fixture = try TrainingFixture()
        // Another folder has another index, and so other numbers for its samples.
        try FileManager.default.createDirectory(at: fixture.url("other"), withIntermediateDirectories: true)
        let shard = fixture.url("other/train-1.tar")
        try FileManager.default.copyItem(at: fixture.url("train-1.tar"), to: shard)
        let stages = "{name: a, length: 2 steps}, {name: b, length: 2 steps, data: {train: '\(shard.path)'}}"
        let recipe = try fixture.staged(stages, ["objective.preset=sogclr"])
        let error = #expect(throws: RecipeError.self) {
            try TrainingRun.plan(recipe: recipe, output: .nullDevice)
        }
        #expect(error?.problems.map(\.path) == ["stages.1.carry.normalizer"])
        #expect(error?.description.contains("`a`") == true && error?.description.contains("`b`") == true)
    }

    @Test func dataOfFinishedStagesMayBeGone() throws {
        let fixture = try TrainingFixture()
        let shard = fixture.url("train-1.tar").path
        try start(
            fixture,
            "{name: a, length: 4 steps}, {name: b, length: 4 steps, data: {train: '\(shard)'}}"
        )
        try remove(fixture, checkpoints: 7...8)
        try FileManager.default.removeItem(at: fixture.url("train-0.tar"))
        #expect(try fixture.resume().steps == 8)
    }

    @Test func damagedCheckpointsOfALaterStageAreNoObstacle() throws {
        let fixture = try TrainingFixture()
        let stages =
            "{name: a, length: 4 steps, objective: {preset: sogclr}}, "
            + "{name: b, length: 4 steps, objective: {preset: isogclr}, temperature: {rho: 1}, carry: {normalizer: reset}}"
        try start(fixture, stages)
        let straight = try fixture.state("run", step: 8)
        for step in [3, 6, 7, 8] {
            try Data().write(to: fixture.url("run/checkpoints/step-\(step)/state.json"))
        }
        #expect(try fixture.resume().steps == 8)
        #expect(try fixture.state("run", step: 8) == straight)
        for step in 5...8 { try Data().write(to: fixture.url("run/checkpoints/step-\(step)/state.json")) }
        // The newest good one lies in the stage before.
        #expect(try fixture.resume().steps == 8)
        #expect(try fixture.state("run", step: 8) == straight)
    }

    @Test func lostRecordsCanStartAfreshAtTheEndOfAStage() throws {
        let fixture = try TrainingFixture()
        try start(fixture, Self.two, ["objective.preset=sogclr"])
        try remove(fixture, checkpoints: 5...8)
        try FileManager.default.removeItem(at: fixture.url("run/states"))
        #expect(throws: SampleStateError.self) { try fixture.resume() }
        let report = try TrainingRun.resume(
            directory: fixture.url("run"),
            startsStateAfresh: true,
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        #expect(report.steps == 8)
    }

    @Test func evaluationsThatWereStoppedAreMadeUpFor() throws {
        let fixture = try TrainingFixture()
        try fixture.writeZeroShot("zeroshot")
        let evaluate = "evaluate=[{kind: zeroshot, data: '\(fixture.url("zeroshot").path)'}]"
        try start(fixture, Self.two, [evaluate])
        let lines = try fixture.metrics()
        #expect(lines.filter { $0["zeroshot/acc1"] != nil }.map { $0["step"] } == [4, 8])
        // As if it had died in the evaluation at the end of the first stage.
        try remove(fixture, checkpoints: 5...8)
        let file = fixture.url("run/metrics.jsonl")
        let text = try String(contentsOf: file, encoding: .utf8)
        let kept = text.split(separator: "\n").filter { !$0.contains("zeroshot") }.joined(separator: "\n")
        try Data((kept + "\n").utf8).write(to: file)
        try fixture.resume()
        #expect(try fixture.metrics() == lines)
        // Where it had not died there is nothing to make up for.
        try remove(fixture, checkpoints: 5...8)
        try fixture.resume()
        #expect(try fixture.metrics() == lines)
    }

    @Test func comingStagesAreCheckedOnResumeToo() throws {
        let fixture = try TrainingFixture()
        try start(
            fixture,
            "{name: a, length: 2 steps}, {name: b, length: 2 steps}, {name: c, length: 2 steps}"
        )
        try remove(fixture, checkpoints: 4...6)
        let error = #expect(throws: RecipeError.self) {
            try fixture.resume(["stages.2.train.freeze=[visuel]"])
        }
        #expect(error?.problems.map(\.path) == ["stages.2.train.freeze.0"])
        let missing = #expect(throws: StageError.self) { try fixture.resume(["stages.2.batch=1000"]) }
        #expect(missing?.description.hasPrefix("in stages.2 (c): ") == true)
    }

    @Test func aLaterStageHasToTrainSomething() throws {
        let fixture = try TrainingFixture()
        let stages =
            "{name: a, length: 2 steps}, {name: b, length: 2 steps, train: {freeze: ['.*']}, temperature: {rule: constant}}"
        let error = #expect(throws: RecipeError.self) {
            try TrainingRun.plan(recipe: fixture.staged(stages), output: .nullDevice)
        }
        #expect(error?.problems.map(\.path) == ["stages.1.train.freeze"])
    }

    @Test func keptMomentsOfALossThatIsGoneGoWithIt() throws {
        let fixture = try TrainingFixture()
        let stages =
            "{name: a, length: 2 steps, objective: {preset: siglip}, ema: {}}, "
            + "{name: b, length: 2 steps, carry: {optimizer: keep}, ema: {}}"
        #expect(try start(fixture, stages).steps == 4)
    }

    /// A loss whose gradient of the temperature has a shape that fits nothing: it is noticed after the backward pass.
    private struct MisshapenLoss: Objective {
        private var inner = ContrastiveObjective()

        mutating func evaluate(_ input: ObjectiveInput, collective: any Collective) throws -> ObjectiveOutput
        {
            let output = try inner.evaluate(input, collective: collective)
            return ObjectiveOutput(
                image: output.image,
                text: output.text,
                parameters: ["logit_scale": try Tensor.zeros([3])],
                metrics: output.metrics
            )
        }

        func constrain(_ parameters: [String: Tensor]) throws {}
    }

    @Test func aStepThatFailsLeavesNoGradient() throws {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer()
        defer { trainer.loader.shutdown() }
        let batch = try DeviceBatch(#require(try trainer.loader.next()), on: .cpu, epochLength: 40)
        let step = TrainingStep(
            model: trainer.model,
            objective: MisshapenLoss(),
            optimizer: trainer.optimizer
        )
        #expect(throws: ObjectiveError.self) { try step.train(on: batch, learningRate: 1) }
        #expect(trainer.optimizer.gradients().isEmpty)
    }

    /// A loss that gives no gradient, and towers that take none.
    @Test func aStepWithoutGradientsMovesNothing() throws {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer(["train.freeze=['.*']"])
        defer { trainer.loader.shutdown() }
        let batch = try DeviceBatch(#require(try trainer.loader.next()), on: .cpu, epochLength: 40)
        let step = TrainingStep(
            model: trainer.model,
            objective: ContrastiveObjective(temperature: GlobalTemperature(isLearnable: false)),
            optimizer: trainer.optimizer
        )
        let before = try trainer.model.logitScale.item()
        #expect(try step.train(on: batch, learningRate: 1)["loss"].item().isFinite)
        #expect(try trainer.model.logitScale.item() == before)
        #expect(throws: TorchError.self) {
            _ = try FeaturePass(batch.input, through: trainer.model, keeping: ActivationMemory(microBatch: 0))
        }
    }
}

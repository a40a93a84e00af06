import CLIPModels
import Foundation
import Testing
import Torch
import TorchOptim

@testable import CLIPData
@testable import CLIPTraining

/// Runs of several stages.
@Suite struct StageRunTests {
    /// Everything that one stage of ten steps and two of five have in common.
    private static let constant = ["schedule={kind: constant, warmup: 0}", "checkpoint.every=5 steps"]
    private static let kept = "carry: {optimizer: keep, ema: keep, normalizer: keep, epoch: keep}"

    private func staged(_ fixture: TrainingFixture, _ stages: String, _ overrides: [String] = []) throws
        -> Recipe
    {
        try fixture.staged(stages, Self.constant + overrides)
    }

    @discardableResult
    private func start(
        _ fixture: TrainingFixture,
        _ recipe: Recipe,
        _ run: String,
        interrupt: InterruptFlag = InterruptFlag(signals: [])
    ) throws -> TrainingReport {
        try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url(run),
            interrupt: interrupt,
            output: .nullDevice
        )
    }

    @Test(arguments: [
        ["ema={decay: 0.9}"], ["objective={preset: sogclr}"],
        ["objective={preset: neuclip, network: {prototypes: 20, restart: 3}}", "temperature={rho: 2}"],
        ["objective={preset: isogclr}", "temperature={rho: 2}"],
        ["optimizer={kind: lion}", "storage={moments: bfloat16, weights: bfloat16}"],
    ])
    func twoStagesWithEverythingKeptAreOneToTheBit(overrides: [String]) throws {
        let fixture = try TrainingFixture()
        try start(fixture, fixture.recipe(Self.constant + overrides), "one")
        let halves = "{name: a, length: 5 steps}, {name: b, length: 5 steps, \(Self.kept)}"
        try start(fixture, staged(fixture, halves, overrides), "two")
        for step in [5, 10] {
            #expect(try fixture.state("two", step: step) == fixture.state("one", step: step))
        }
        let (one, two) = (try fixture.metrics("one"), try fixture.metrics("two"))
        #expect(two.map { $0["train/loss"] } == one.map { $0["train/loss"] })
        #expect(two.map { $0["epoch"] } == one.map { $0["epoch"] })
        #expect(one.allSatisfy { $0["stage"] == 0 })
        #expect(two.map { $0["stage"] } == Array(repeating: 0, count: 5) + Array(repeating: 1, count: 5))
    }

    private static let three = """
        {name: a, length: 4 steps, objective: {preset: sogclr}}, \
        {name: b, length: 3 steps, batch: 10, objective: {preset: neuclip, network: {prototypes: 20, restart: 2}}, \
        temperature: {rho: 1}, carry: {normalizer: reset}, train: {freeze: ['visual\\..*']}}, \
        {name: c, length: 3 steps, objective: {preset: isogclr}, temperature: {rho: 1}, \
        carry: {normalizer: reset, epoch: reset}, ema: {decay: 0.5}}
        """

    @Test(arguments: [2, 4, 5, 7, 9])
    func resumesToTheBitInsideOfAnyStage(step: Int) throws {
        let fixture = try TrainingFixture()
        let overrides = ["checkpoint={every: 1 steps, keep: 20}"]
        try start(fixture, staged(fixture, Self.three, overrides), "straight")
        try FileManager.default.copyItem(at: fixture.url("straight"), to: fixture.url("resumed"))
        for later in step + 1...10 {
            try FileManager.default.removeItem(at: fixture.url("resumed/checkpoints/step-\(later)"))
        }
        let report = try fixture.resume(in: "resumed")
        #expect(report.steps == 10 && report.stage == "c" && !report.isInterrupted)
        for later in step...10 {
            #expect(try fixture.state("resumed", step: later) == fixture.state("straight", step: later))
        }
        #expect(try fixture.metrics("resumed") == fixture.metrics("straight"))
        let records = { (run: String) throws -> [Float] in
            let states = try SampleStateFiles(staged(fixture, Self.three), run: fixture.url(run)).directory(
                of: 2
            )
            return try SampleStateView(states, width: 8, step: 10).read(Array(0..<40))
        }
        #expect(try records("resumed") == records("straight"))
    }

    @Test func interruptedAndContinuedRunsAreTheSame() throws {
        let fixture = try TrainingFixture()
        let recipe = try fixture.staged(Self.three, Self.constant)
        try start(fixture, recipe, "straight")
        let interrupt = InterruptFlag(signals: [])
        var hooked = recipe
        // The first stage's loss is made once its directory is there.
        hooked.stages[0].recipe.objective.kind = ObjectiveKind(
            HookedFamily { if $0 == .making { interrupt.raise() } }
        )
        let first = try start(fixture, hooked, "resumed", interrupt: interrupt)
        #expect(first.isInterrupted && first.steps == 0 && first.stage == "a")
        try fixture.resume(in: "resumed")
        #expect(try fixture.state("resumed", step: 10) == fixture.state("straight", step: 10))
    }

    @Test func oldStatesGoWithTheirCheckpoints() throws {
        let fixture = try TrainingFixture()
        try start(fixture, staged(fixture, Self.three, ["checkpoint={every: 1 steps, keep: 2}"]), "run")
        #expect(!fixture.exists("run/states/live.bin"))
        #expect(fixture.exists("run/states/stage-2/live.bin"))
    }

    @Test func whatIsCarriedIsWhatTheRecipeSays() throws {
        let fixture = try TrainingFixture()
        func steps(_ run: String) throws -> Int {
            let checkpoint = try #require(try CheckpointStore(run: fixture.url(run)).checkpoints().last)
            return try TrainingState(contentsOf: checkpoint).optimizer?.stepCount ?? -1
        }
        let first = "{name: a, length: 5 steps}"
        try start(fixture, staged(fixture, "\(first), {name: b, length: 5 steps}"), "reset")
        try start(
            fixture,
            staged(fixture, "\(first), {name: b, length: 5 steps, carry: {optimizer: keep}}"),
            "kept"
        )
        #expect(try steps("reset") == 5)
        #expect(try steps("kept") == 10)
        let start0 = "{name: b, length: 5 steps, start: {kind: initialize}}"
        try start(fixture, staged(fixture, "\(first), \(start0)"), "fresh")
        let scale = try fixture.metrics("fresh").compactMap { $0["train/scale"] }
        #expect(scale[5] == scale[0] && scale[4] != scale[0])
    }

    @Test func anEpochThatIsResetReadsAStreamOfItsOwn() throws {
        let fixture = try TrainingFixture()
        let first = "{name: a, length: 6 steps}"
        try start(
            fixture,
            staged(fixture, "\(first), {name: b, length: 4 steps, carry: {epoch: reset}}"),
            "reset"
        )
        try start(fixture, staged(fixture, "\(first), {name: b, length: 4 steps}"), "kept")
        let epochs = { (run: String) in try fixture.metrics(run).compactMap { $0["epoch"] } }
        #expect(try epochs("kept").suffix(2) == [1.8, 2])
        #expect(try epochs("reset").suffix(2) == [0.6, 0.8])
        let position = try CheckpointStore(run: fixture.url("reset")).checkpoints().last?.position()
        #expect(position?.stream == 1 && position?.dataPosition == 32 && position?.samples == 80)
        let losses = { (run: String) in try fixture.metrics(run).compactMap { $0["train/loss"] } }
        #expect(try losses("reset").prefix(6) == losses("kept").prefix(6))
        #expect(try losses("reset").suffix(4) != losses("kept").suffix(4))
    }

    @Test func otherDataStartsAtAWholeEpoch() throws {
        let fixture = try TrainingFixture()
        let shard = fixture.url("train-0.tar").path
        let stages = "{name: a, length: 6 steps}, {name: b, length: 4 steps, data: {train: '\(shard)'}}"
        try start(fixture, staged(fixture, stages), "run")
        let position = try CheckpointStore(run: fixture.url("run")).checkpoints().last?.position()
        // One epoch of 40 was complete; one of 20 counts for it.
        #expect(position?.stream == 1 && position?.dataPosition == 20 + 32)
    }

    @Test func schedulesRunOverTheStage() throws {
        let fixture = try TrainingFixture()
        let cosine = "schedule: {kind: cosine, warmup: 1 steps}"
        let stages =
            "{name: a, length: 5 steps, \(cosine)}, {name: b, length: 5 steps, \(cosine), optimizer: {learningRate: 1e-3}}"
        try start(fixture, staged(fixture, stages), "run")
        let rates = try fixture.metrics("run").compactMap { $0["train/lr"] }
        #expect(rates[0] == 3e-3 && rates[5] == 1e-3)
        #expect(abs(rates[9] / rates[4] - 1.0 / 3) < 1e-12)
    }

    @Test func finishedStagesCannotChangeAndComingOnesCan() throws {
        let fixture = try TrainingFixture()
        let stages = "{name: a, length: 4 steps}, {name: b, length: 2 steps}, {name: c, length: 2 steps}"
        let recipe = try staged(fixture, stages, ["checkpoint={every: 1 steps, keep: 20}"])
        try start(fixture, recipe, "run")
        for step in 6...8 {
            try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-\(step)"))
        }
        let before = try fixture.files("run")
        let error = #expect(throws: TrainingError.self) {
            try fixture.resume(["stages.0.batch=4"], in: "run")
        }
        #expect(error?.description.contains("stages.0 (a) is finished") == true)
        #expect(error?.description.contains("batch") == true)
        #expect(throws: TrainingError.self) {
            try fixture.resume(["stages=[{name: a, length: 4 steps}]"], in: "run")
        }
        #expect(try fixture.files("run") == before)
        let report = try fixture.resume(["stages.2.length=5 steps", "stages.2.batch=4"], in: "run")
        #expect(report.steps == 11 && report.samples == 6 * 8 + 5 * 4)
    }

    /// Parts of a batch are a matter of the machine, as threads are.
    @Test(arguments: ["4", "auto"])
    func otherPartsAreNoOtherTraining(_ size: String) throws {
        let fixture = try TrainingFixture()
        try start(fixture, staged(fixture, "{name: a, length: 4 steps}, {name: b, length: 2 steps}"), "run")
        try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-6"))
        #expect(try fixture.resume(["microBatch=\(size)"], in: "run").steps == 6)
    }

    @Test func aStageThatHasJustEndedIsFinished() throws {
        let fixture = try TrainingFixture()
        let recipe = try staged(fixture, "{name: a, length: 4 steps}, {name: b, length: 2 steps}")
        try start(fixture, recipe, "run")
        try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-6"))
        let error = #expect(throws: TrainingError.self) {
            try fixture.resume(["stages.0.length=6 steps"], in: "run")
        }
        #expect(error?.description.contains("stages.0 (a) is finished") == true)
        #expect(try fixture.resume(in: "run").steps == 6)
    }

    /// A run of one part becomes the first of several.
    @Test func stagesCanFollowARunThatHadNone() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["length=4 steps"])
        try FileManager.default.removeItem(at: fixture.url("run/recipe.yaml"))
        let stages = "{name: first, length: 4 steps}, {name: second, length: 3 steps, batch: 4}"
        try Data(fixture.staged(stages).resolved.utf8).write(to: fixture.url("run/recipe.yaml"))
        // What the recipe leaves open of the finished part is as it was.
        let report = try fixture.resume()
        #expect(report.steps == 7 && report.samples == 4 * 8 + 3 * 4 && report.stage == "second")
    }

    @Test func aPlanChecksEverythingAndWritesNothing() throws {
        let fixture = try TrainingFixture()
        let recipe = try staged(fixture, Self.three)
        let plan = try TrainingRun.plan(recipe: recipe, output: .nullDevice)
        // How pictures become pixels is written out, in the run and in its stages.
        var expected = recipe
        expected.settle(Preprocessing())
        for number in expected.stages.indices { expected.stages[number].recipe.settle(Preprocessing()) }
        #expect(try Recipe(yaml: plan.recipe) == expected)
        #expect(plan.stages.map(\.steps) == [4, 3, 3] && plan.stages.map(\.batch) == [8, 10, 8])
        #expect(plan.stages.allSatisfy { $0.samplesPerEpoch == 40 })
        let missing = try staged(
            fixture,
            "{name: a, length: 1 steps}, {name: b, length: 1 steps, data: {train: 'no-*.tar'}}"
        )
        #expect(throws: (any Error).self) { try TrainingRun.plan(recipe: missing, output: .nullDevice) }
        let typo = try staged(
            fixture,
            "{name: a, length: 1 steps}, {name: b, length: 1 steps, train: {freeze: ['visuel.*']}}"
        )
        let error = #expect(throws: RecipeError.self) {
            try TrainingRun.plan(recipe: typo, output: .nullDevice)
        }
        #expect(error?.problems.map(\.path) == ["stages.1.train.freeze.0"])
    }
}

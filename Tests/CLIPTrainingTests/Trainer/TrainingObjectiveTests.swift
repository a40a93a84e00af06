import CLIPData
import CLIPEvaluation
import CLIPObjectives
import Foundation
import Testing

@testable import CLIPTraining

/// Runs with each objective: they train, and a run that crashed goes on to the same bits.
@Suite struct TrainingObjectiveTests {
    private static let presets: [(name: String, settings: [String])] = [
        ("sogclr", []), ("isogclr", ["temperature.rho=2"]), ("fastclip-v0", []), ("fastclip-v1", []),
        ("fastclip-v2", ["temperature.rho=2"]), ("fastclip-v3", ["temperature.rho=2"]),
        ("neuclip", ["temperature.rho=2", "objective.network.prototypes=20", "objective.network.restart=3"]),
        ("siglip", []),
    ]

    private func settings(_ number: Int) -> [String] {
        let preset = Self.presets[number]
        return ["objective.preset=\(preset.name)", "objective.maskEqualCaptions=true"] + preset.settings
    }

    /// What a run knew of each sample at a step.
    private func records(_ fixture: TrainingFixture, _ run: String, step: Int, width: Int) throws -> [Float] {
        let directory = SampleStateDirectory(run: fixture.url(run))
        return try SampleStateView(directory, width: width, step: step).read(Array(0..<40))
    }

    @Test(arguments: presets.indices)
    func resumesToTheBit(number: Int) throws {
        let fixture = try TrainingFixture()
        let settings = settings(number)
        try fixture.train(settings, in: "straight")
        // As if it had crashed at the end: the live state of samples is ahead of the checkpoint.
        try FileManager.default.copyItem(at: fixture.url("straight"), to: fixture.url("resumed"))
        try FileManager.default.removeItem(at: fixture.url("resumed/checkpoints/step-10"))
        try fixture.resume(in: "resumed")

        let straight = try fixture.state("straight", step: 10)
        let resumed = try fixture.state("resumed", step: 10)
        #expect(straight.keys.contains("objective.safetensors") == (Self.presets[number].name == "neuclip"))
        #expect(straight == resumed)
        #expect(try fixture.state("straight", step: 5) != straight)
        let lines = try fixture.metrics("straight")
        #expect(try fixture.metrics("resumed") == lines)
        #expect(lines.allSatisfy { $0["train/loss"]?.isFinite == true && $0["train/batch_loss"] != nil })

        let width = try fixture.recipe(settings).sampleStateWidth
        #expect(fixture.exists("straight/states") == (width > 0))
        guard width > 0 else { return }
        let known = try records(fixture, "straight", step: 10, width: width)
        #expect(try records(fixture, "resumed", step: 10, width: width) == known)
        // Two epochs have met every sample; half an epoch earlier their state was another.
        #expect(known.allSatisfy { $0.isFinite } && known.contains { $0 != 0 })
        #expect(try records(fixture, "straight", step: 5, width: width) != known)
    }

    @Test func lostStateIsNamedAndCanStartAfresh() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["objective.preset=sogclr", "length=4 steps", "checkpoint.every=2 steps"])
        try FileManager.default.removeItem(at: fixture.url("run/states"))
        let error = #expect(throws: SampleStateError.self) { try fixture.resume(["length=6 steps"]) }
        #expect(error?.description.contains("states/live.bin") == true)
        #expect(error?.description.contains("--fresh-state") == true)
        let report = try TrainingRun.resume(
            directory: fixture.url("run"),
            overrides: ["length=6 steps"],
            startsStateAfresh: true,
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        #expect(report.steps == 6)
    }

    @Test func aCheckpointThatDoesNotFitLeavesTheStateAlone() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["objective.preset=sogclr", "length=4 steps", "checkpoint.every=2 steps"])
        let files = try fixture.files("run")
        #expect(throws: (any Error).self) {
            _ = try TrainingRun.resume(
                directory: fixture.url("run"),
                overrides: ["length=6 steps", "optimizer.kind=lion"],
                startsStateAfresh: true,
                interrupt: InterruptFlag(signals: []),
                output: .nullDevice
            )
        }
        #expect(try fixture.files("run") == files)
    }

    @Test func normalizersAreMeasuredAtEachCheckpoint() throws {
        let fixture = try TrainingFixture()
        for (preset, estimator) in [
            ("fastclip-v3", "movingAverage"), ("neuclip", "network"), ("clip", "batch"),
        ] {
            let settings = [
                "objective.preset=\(preset)", "objective.network.prototypes=20",
                "evaluate=[{kind: normalizer, every: 5 steps}]",
            ]
            try fixture.train(settings + (preset == "clip" ? [] : ["temperature.rho=2"]), in: preset)
            let measurement = RunNormalizers(run: fixture.url(preset), draws: 3)
            let reports = try measurement.evaluate()
            #expect(reports.map(\.step) == [5, 10])
            for report in reports {
                #expect(report.samples == 40 && report.anchors == 40 && report.batch == 8)
                #expect(report.estimator == estimator)
                #expect(report.batchErrors.image.count == 120)
                #expect(report.batchErrors.text.meanSquaredError > 0)
                #expect((report.estimatorErrors?.image.count ?? 0) == (preset == "clip" ? 0 : 40))
            }
            // The run itself measured the same at its end.
            let logged = try fixture.metrics(preset).last { $0.keys.contains("normalizer/temperature") }
            let found = logged?["normalizer/\(estimator)/text_mse"]
            if preset != "clip" {
                #expect(found == reports.last?.estimatorErrors?.text.meanSquaredError)
            }
            #expect(logged?["normalizer/temperature"] == reports.last?.temperature)
        }
        #expect(throws: TrainingError.nothingToEvaluate(fixture.url("no").path)) {
            try RunNormalizers(run: fixture.url("no")).evaluate()
        }
    }

    @Test func severalCaptionsTrain() throws {
        let fixture = try TrainingFixture()
        for preset in ["clip", "sogclr", "neuclip", "siglip"] {
            var settings = ["objective.preset=\(preset)", "data.captions.perImage=2", "length=3 steps"]
            if preset == "neuclip" { settings += ["temperature.rho=2", "objective.network.prototypes=16"] }
            let report = try fixture.train(settings, in: preset)
            #expect(report.finalLoss?.isFinite == true)
        }
    }

    @Test(arguments: [
        ("temperature={rho: 5}", "temperature.rho", "could only drive the temperature to its floor"),
        ("temperature={rho: 5}", "temperature.rho", "Take a smaller ρ, such as 3.0."),
        ("objective={preset: fastclip-v1}", "objective.innerRate.decay", "give epochs"),
    ])
    func whatTheDataOrTheLengthRuleOutIsRefused(setting: String, path: String, text: String) throws {
        let fixture = try TrainingFixture()
        let more = path.contains("decay") ? ["length=10 seconds"] : ["objective={preset: fastclip-v3}"]
        let error = #expect(throws: RecipeError.self) { try fixture.train(more + [setting]) }
        #expect(error?.problems.map(\.path) == [path])
        #expect(error?.description.contains(text) == true)
        #expect(!fixture.exists("run"))
    }

    /// Published models begin at the bound; only one that comes back to it has run there.
    @Test(arguments: [("constant", 0), ("global", 0), ("global", 1)])
    func aTemperatureThatBeganAtItsBoundIsNoNews(rule: String, leaves: Int) throws {
        let fixture = try TrainingFixture()
        let settings = ["temperature={initial: 0.01, rule: \(rule)}"]
        let trainer = try fixture.trainer(settings)
        defer { trainer.loader.shutdown() }
        var watch = try BoundWatch(fixture.recipe(settings), from: trainer.model)
        func warning(_ share: Double) throws -> TemperatureWarning? {
            var metrics = TrainingMetrics(
                position: TrainingPosition(step: 2),
                epoch: 0,
                batch: 8,
                loss: 1,
                accuracy: nil,
                scale: 100,
                learningRate: 1,
                samplesPerSecond: 1,
                dataWaitShare: 0
            )
            metrics.temperatureAtBound = share
            return try watch.warning(metrics, recipe: fixture.recipe(settings))
        }
        #expect(try warning(1) == nil)
        if leaves > 0 { #expect(try warning(0) == nil) }
        #expect(try (warning(1) != nil) == (leaves > 0))
        #expect(try warning(1) == nil)
    }

    /// What the progress line shows and what the objective minimises are two figures under two names.
    @Test(arguments: ["clip", "fastclip-v3", "siglip"])
    func theReportHasBothLosses(preset: String) throws {
        let fixture = try TrainingFixture()
        let report = try fixture.train(["objective.preset=\(preset)", "temperature.rho=0", "length=2 steps"])
        let line = try #require(try fixture.metrics().last { $0["train/loss"] != nil })
        #expect(report.finalLoss == line["train/loss"])
        #expect(report.finalBatchLoss == (preset == "clip" ? nil : line["train/batch_loss"]))
        #expect(report.savingSeconds > 0 && (0...1).contains(report.savingShare))
    }

    @Test func aTemperatureAtItsBoundIsReportedOnce() throws {
        let fixture = try TrainingFixture()
        let log = fixture.url("log.txt")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let settings = ["temperature={initial: 0.0101, learningRate: 1}", "schedule.kind=constant"]
        _ = try TrainingRun.start(
            recipe: fixture.recipe(settings),
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: FileHandle(forWritingTo: log)
        )
        let text = try String(contentsOf: log, encoding: .utf8)
        #expect(text.components(separatedBy: "has run to the bound").count == 2, "\(text)")
        #expect(text.contains("temperature."))
    }
}

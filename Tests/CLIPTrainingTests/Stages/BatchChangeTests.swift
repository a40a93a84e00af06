import Foundation
import Testing

@testable import CLIPTraining

/// Runs that are resumed with another batch or another length.
@Suite struct BatchChangeTests {
    /// Forty pairs in steps of eight.
    private static let finished = ["length=2 epochs", "checkpoint={every: 1 steps, keep: 40}"]

    /// Resumes a run, and returns its report and all that it said.
    private func resume(
        _ fixture: TrainingFixture,
        _ overrides: [String],
        in run: String = "run"
    ) throws -> (report: TrainingReport, text: String) {
        try fixture.write("", to: "output.txt")
        let output = try FileHandle(forWritingTo: fixture.url("output.txt"))
        let report = try TrainingRun.resume(
            directory: fixture.url(run),
            overrides: overrides,
            interrupt: InterruptFlag(signals: []),
            output: output
        )
        try output.close()
        return (report, try String(contentsOf: fixture.url("output.txt"), encoding: .utf8))
    }

    @Test(arguments: [
        ("length=4 epochs", 16, 10 + 5, 160), ("length=4 epochs", 4, 10 + 20, 160),
        ("length=20 epochs", 40, 10 + 18, 800), ("length=4 epochs", 12, 10 + 7, 164),
        ("length=100 samples", 10, 12, 100), ("length=13 steps", 40, 13, 200), ("length=2 epochs", 5, 10, 80),
    ])
    func aLongerRunEndsAtItsPairs(length: String, batch: Int, steps: Int, samples: Int) throws {
        let fixture = try TrainingFixture()
        try fixture.train(Self.finished)
        let report = try resume(fixture, [length, "batch=\(batch)"]).report
        #expect(report.steps == steps && report.samples == samples && !report.isInterrupted)
        // The run is done, in whatever session.
        let again = try resume(fixture, [])
        #expect(again.report.steps == steps && again.text.contains("the run is finished at step \(steps)"))
    }

    @Test func ratesAndLinesFollowThePairs() throws {
        let fixture = try TrainingFixture()
        let common = ["schedule.warmup=0", "log.every=1 epochs"]
        try fixture.train(Self.finished + common)
        let (_, text) = try resume(fixture, ["length=4 epochs", "batch=20"])
        #expect(
            text.contains(
                "the learning rate goes from 7.3e-05 in step 10 to 0.0015 in step 11, because the schedule is stretched over "
                    + "the new length (4 epochs, before: 2 epochs)"
            ),
            "\(text)"
        )
        let lines = try fixture.metrics().filter { $0["train/loss"] != nil }
        #expect(lines.map { $0["step"] } == [5, 10, 12, 14])
        #expect(lines.map { $0["samples"] } == [40, 80, 120, 160])
        #expect(lines.map { $0["epoch"] } == [1, 2, 3, 4])
        // Half a cosine over 160 pairs: the step of pairs 140 to 160 has what the course has at 140.
        let last = try #require(lines.last?["train/lr"])
        #expect(abs(last - 3e-3 * (1 + cos(.pi * 140 / 160)) / 2) < 1e-12)
    }

    @Test func aChangedRunResumesToTheBit() throws {
        let fixture = try TrainingFixture()
        try fixture.train(Self.finished + ["schedule.warmup=12 steps", "length=3 epochs"])
        try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-15"))
        for step in 11...14 {
            try FileManager.default.removeItem(at: fixture.url("run/checkpoints/step-\(step)"))
        }
        #expect(try resume(fixture, ["length=5 epochs", "batch=10"]).report.samples == 200)
        let end = 10 + 12
        try FileManager.default.copyItem(at: fixture.url("run"), to: fixture.url("again"))
        for step in 14...end {
            try FileManager.default.removeItem(at: fixture.url("again/checkpoints/step-\(step)"))
        }
        #expect(try resume(fixture, [], in: "again").report.steps == end)
        #expect(try fixture.metrics("again") == fixture.metrics("run"))
        for step in 14...end {
            #expect(try fixture.state("again", step: step) == fixture.state("run", step: step))
        }
    }

    @Test func aRateThatGoesOnIsNotSpokenOf() throws {
        let fixture = try TrainingFixture()
        try fixture.train(Self.finished + ["schedule.kind=constant"])
        #expect(try !resume(fixture, ["length=3 epochs"]).text.contains("learning rate"))
        try fixture.train(Self.finished, in: "cosine")
        for step in 5...10 {
            try FileManager.default.removeItem(at: fixture.url("cosine/checkpoints/step-\(step)"))
        }
        // The same course, in other steps; and a rate that somebody asked for.
        try FileManager.default.copyItem(at: fixture.url("cosine"), to: fixture.url("asked"))
        #expect(try !resume(fixture, ["batch=4"], in: "cosine").text.contains("learning rate"))
        let asked = ["length=9 epochs", "optimizer.learningRate=1e-3"]
        #expect(try !resume(fixture, asked, in: "asked").text.contains("learning rate"))
    }

    @Test func aRateByTheBatchFollowsIt() throws {
        let fixture = try TrainingFixture()
        let common = ["schedule.kind=constant", "log.every=1 steps", "optimizer.learningRate=1e-3 per 8"]
        try fixture.train(Self.finished + common)
        let (_, text) = try resume(fixture, ["length=4 epochs", "batch=20"])
        #expect(
            text.contains("and the learning rate follows the batch: its peak is 0.0025 in place of 0.001"),
            "\(text)"
        )
        // Said once: the schedule is not stretched.
        #expect(!text.contains("the learning rate goes from"), "\(text)")
        let rates = try fixture.metrics().compactMap { $0["train/lr"] }
        #expect(rates == Array(repeating: 1e-3, count: 10) + Array(repeating: 2.5e-3, count: 4))
    }
}

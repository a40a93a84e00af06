import Foundation
import Testing

@testable import CLIPTraining

/// Each checkpoint is judged by what it was saved with, whatever the run does by now.
@Suite struct RunNormalizerTests {
    private func measure(_ fixture: TrainingFixture, all: Bool = true) throws
        -> (reports: [NormalizerReport], notes: [String])
    {
        var notes: [String] = []
        let reports = try RunNormalizers(run: fixture.url("run"), draws: 3)
            .evaluate(allCheckpoints: all, report: { notes.append($0) })
        return (reports, notes)
    }

    @Test func anOlderCheckpointHasItsOwnLossAndBatch() throws {
        let fixture = try TrainingFixture()
        let own = ["objective.preset=neuclip", "objective.network.prototypes=20", "objective.epsilon=1e-6"]
        try fixture.train(own + ["length=3 steps"])
        let before = try measure(fixture).reports
        #expect(before.map(\.estimator) == ["network"] && before[0].estimatorErrors != nil)
        _ = try TrainingRun.resume(
            directory: fixture.url("run"),
            overrides: [
                "objective.preset=fastclip-v3", "objective.epsilon=1e-2", "batch=4", "length=5 steps",
            ],
            startsStateAfresh: true,
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        let (reports, notes) = try measure(fixture)
        #expect(reports.map(\.step) == [3, 5] && notes == [])
        #expect(reports[0] == before[0])
        #expect(reports[1].estimator == "movingAverage" && reports[1].batch == 4)
    }

    @Test func whatWasForgottenIsLeftOutWithAWord() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["objective.preset=sogclr", "length=3 steps", "checkpoint.keep=5"])
        for (preset, steps) in [("isogclr", 5), ("clip", 7)] {
            _ = try TrainingRun.resume(
                directory: fixture.url("run"),
                overrides: ["objective.preset=\(preset)", "length=\(steps) steps"],
                startsStateAfresh: true,
                interrupt: InterruptFlag(signals: []),
                output: .nullDevice
            )
            let (reports, notes) = try measure(fixture)
            #expect(reports.map(\.step).last == steps)
            #expect(
                notes.first?.hasPrefix("step 3 is left out: what was known of each sample") == true,
                "\(notes)"
            )
        }
    }

    /// What the records know now are other samples, which says nothing of the checkpoints before.
    @Test func thatOtherDataIsReadSinceIsNoFaultOfEarlierCheckpoints() throws {
        let fixture = try TrainingFixture()
        try fixture.train([
            "objective.preset=sogclr", "length=3 steps", "checkpoint={every: 1 steps, keep: 9}",
        ])
        try FileManager.default.createDirectory(at: fixture.url("other"), withIntermediateDirectories: true)
        try fixture.addShard("other/0.tar", numbers: 60..<100)
        _ = try fixture.messages(
            of: ["data.train='\(fixture.url("other/0.tar").path)'", "length=5 steps"],
            fresh: true
        )
        let (reports, notes) = try measure(fixture)
        #expect(reports.map(\.step) == [4, 5])
        #expect(
            notes
                == (1...3).map {
                    "step \($0) is left out: what was known of each sample was forgotten after it"
                }
        )
    }

    @Test func lossesWithoutNormalizersAreLeftOut() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["objective.preset=siglip", "length=3 steps"])
        #expect(throws: TrainingError.noNormalizers) { try measure(fixture) }
        try fixture.resume(["objective.preset=clip", "length=5 steps"])
        let (reports, notes) = try measure(fixture)
        #expect(reports.map(\.step) == [5])
        #expect(notes == ["step 3 is left out: its loss has no normalizers"])
    }

    @Test func dataThatMovedIsReadWhereItIsNow() throws {
        let fixture = try TrainingFixture()
        try fixture.train(["objective.preset=sogclr", "length=3 steps"])
        let before = try measure(fixture).reports
        let folder = fixture.url("elsewhere")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in fixture.folder.names() where name.hasPrefix("train-") || name.hasPrefix("index") {
            try FileManager.default.moveItem(at: fixture.url(name), to: folder.appending(path: name))
        }
        try fixture.resume(["length=5 steps", "data.train='\(folder.path)/train-{0..1}.tar'"])
        let (reports, notes) = try measure(fixture)
        #expect(reports.map(\.step) == [3, 5] && reports[0] == before[0])
        #expect(
            notes.count == 1 && notes[0].contains("the data of an earlier checkpoint is gone"),
            "\(notes)"
        )
        // Other samples under the numbers that were known.
        try FileManager.default.removeItem(at: folder)
        #expect(throws: (any Error).self) { try measure(fixture) }
    }
}

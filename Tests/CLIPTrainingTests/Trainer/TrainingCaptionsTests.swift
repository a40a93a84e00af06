import CLIPData
import Foundation
import Testing

@testable import CLIPTraining

@Suite struct TrainingCaptionsTests {
    /// Trains two steps with rewrites in a side file; the output up to the first step.
    private func train(_ fixture: TrainingFixture, rows: [String], _ overrides: [String] = []) throws
        -> String
    {
        try fixture.write(rows.joined(separator: "\n"), to: "rewrites.jsonl")
        let log = fixture.url("log.txt")
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        let recipe = try fixture.recipe(
            [
                "length=2 steps",
                "data.captions.sources={alt: txt, rewrites: {file: '\(fixture.url("rewrites.jsonl").path)'}}",
                "data.captions.rule=mix(alt=0.2, rewrites=0.8)", "data.captions.degenerate.minimumWords=2",
            ] + overrides
        )
        _ = try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: output
        )
        try output.close()
        return try String(contentsOf: log, encoding: .utf8)
    }

    private func rows(_ numbers: some Sequence<Int>) -> [String] {
        numbers.map {
            #"{"key": "\#($0)", "captions": ["a square, seen often", "short", "one more of \#($0)"]}"#
        }
    }

    @Test func aRunSaysWhatItsSourcesCover() throws {
        let fixture = try TrainingFixture()
        let text = try train(fixture, rows: rows((0..<60).filter { $0 % 3 != 0 }))
        #expect(text.contains("read 40 rows of captions for 'rewrites'\n"), "\(text)")
        #expect(text.contains("captions: alt 100%, rewrites 65.0% of 40 samples\n"))
        #expect(text.contains("captions: rewrites: 26 of 40 keys have one of its 40 rows\n"))
        #expect(
            text.contains(
                "warning: 35.0% of the samples have no caption from 'rewrites'; another source stands in."
            )
        )
        // The run's own recipe is read again by a resumed run, which finds the table.
        try fixture.resume(["length=3 steps"])
    }

    @Test func metricsTellTheSharesOfSources() throws {
        let fixture = try TrainingFixture()
        _ = try train(fixture, rows: rows(0..<40))
        let shares = try fixture.metrics().filter { $0["data/captions/alt"] != nil }
        #expect(shares.map { $0["step"] } == [1, 2])
        for line in shares {
            let alt = try #require(line["data/captions/alt"]) * 8
            #expect(alt == alt.rounded() && (0...8).contains(alt))
            #expect(line["data/captions/rewrites"] == 1 - alt / 8)
        }
        let first = try TrainingFixture()
        _ = try train(first, rows: rows(0..<40), ["data.captions.rule=first"])
        #expect(try first.metrics().compactMap { $0["data/captions/alt"] } == [1, 1])
    }

    @Test func sharesAreCountedAnewEachTime() {
        var shares = CaptionShares(of: ["a", "b", "c"])
        shares.add([0, 1, 1])
        shares.add([1])
        #expect(
            shares.take() == ["data/captions/a": 0.25, "data/captions/b": 0.75, "data/captions/c": 0]
        )
        #expect(shares.take().isEmpty)
        var only = CaptionShares(of: ["a"])
        only.add([0, 0])
        #expect(only.take().isEmpty)
    }

    @Test func aFileThatFitsNothingStopsTheRun() throws {
        let fixture = try TrainingFixture()
        do {
            _ = try train(fixture, rows: [#"{"key": "x", "captions": ["a b"]}"#])
            Issue.record("no error")
        } catch let error as CaptionFileError {
            #expect(error.description.contains("0 of 40 keys match"))
        }
        #expect(!fixture.exists("run"))
    }

    @Test func recipesWithoutSourcesSayNothingNew() throws {
        let fixture = try TrainingFixture()
        let text = try train(fixture, rows: [], ["data.captions={}"])
        #expect(!text.contains("captions"))
    }
}

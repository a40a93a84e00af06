import Foundation
import LocalFiles
import RemoteFiles
import Testing

@testable import CLIPData

/// How files of caption features come to be.
@Suite struct CaptionFeatureWriterTests {
    private let fixture: FeatureFixture

    init() throws { fixture = try FeatureFixture() }

    private func bytes(_ name: String) throws -> [UInt8] { try fixture.directory.read(name) }

    @Test func equalTextsAreComputedOnce() throws {
        try fixture.write()
        let texts = fixture.calls.flatMap { $0 }
        #expect(texts.count == 36 && Set(texts).count == 36)
        #expect(texts.filter { $0 == "the same" }.count == 1 && !texts.contains(""))
        // A chunk of four samples at a time, in the order of ordinals.
        #expect(fixture.calls.count == 5)
        #expect(fixture.calls[0].prefix(2) == ["the same", "a long text of 0"])
    }

    @Test func aWorkThatIsKilledGoesOnToTheSameBytes() throws {
        try fixture.write("whole.features")
        let expected = try bytes("whole.features")
        for call in 0..<5 {
            let name = "resumed-\(call).features"
            fixture.failsAt = fixture.calls.count + call
            #expect(throws: FeatureFixture.Failure.self) { try fixture.write(name) }
            fixture.failsAt = nil
            let before = fixture.calls.count
            try fixture.write(name)
            // What was done is not done again.
            #expect(fixture.calls.count - before == 5 - call)
            #expect(try bytes(name) == expected)
            #expect(!fixture.directory.exists(name + ".unfinished"))
            #expect(!fixture.directory.exists(name + ".journal"))
        }
    }

    @Test func whateverOfTheTwoFilesIsLostIsMadeAgain() throws {
        try fixture.write("whole.features")
        let expected = try bytes("whole.features")
        fixture.failsAt = fixture.calls.count + 4
        #expect(throws: FeatureFixture.Failure.self) { try fixture.write("cut.features") }
        fixture.failsAt = nil
        let rows = try bytes("cut.features.unfinished")
        let journal = try bytes("cut.features.journal")
        var random = CounterRandom(seed: 3, stage: 0, visit: 0, ordinal: 0, purpose: .caption)
        for turn in 0..<24 {
            var (someRows, someJournal) = (rows, journal)
            switch turn % 4 {
            case 0: someJournal = Array(journal[..<random.index(below: journal.count)])
            case 1: someRows = Array(rows[..<random.index(below: rows.count)])
            case 2: someJournal[32 + random.index(below: journal.count - 32)] ^= 4
            default: someRows[128 + random.index(below: rows.count - 128)] ^= 4
            }
            try fixture.directory.write(someRows, "cut.features.unfinished")
            try fixture.directory.write(someJournal, "cut.features.journal")
            try fixture.write("cut.features")
            #expect(try bytes("cut.features") == expected, "turn \(turn)")
            try fixture.directory.remove("cut.features")
        }
    }

    @Test func partsArePartsOfOneWork() throws {
        try fixture.write("whole.features")
        let expected = try bytes("whole.features")
        for parts in [2, 3, 5, 9] {
            for part in 1...parts {
                try fixture.write("part-\(part)") {
                    ($0.part, $0.parts) = (part, parts)
                }
            }
            // In any order.
            let names = (1...parts).reversed().map { fixture.path("part-\($0)") }
            try CaptionFeatureMerger.merge(names, to: fixture.path("merged-\(parts)"))
            #expect(try bytes("merged-\(parts)") == expected)
            // Not merged, they serve as well.
            let features = try CaptionFeatures(names)
            _ = try features.embeddings(of: fixture.policy(), in: fixture.data())
            // Of nine parts of five chunks, the first is empty.
            if parts <= 5 {
                #expect(throws: CaptionFeatureError.self) {
                    try CaptionFeatures(Array(names.dropLast())).embeddings(
                        of: fixture.policy(),
                        in: fixture.data()
                    )
                }
            }
            for part in 1...parts { try fixture.directory.remove("part-\(part)") }
        }
    }

    @Test func everySampleIsInOnePart() {
        for (first, count, chunk, parts) in [
            (0, 20, 4, 3), (0, 1, 256, 8), (7, 1000, 16, 7), (0, 0, 4, 2), (20, 20, 4, 2), (13, 15, 4, 5),
        ] {
            var next = first
            for part in 1...parts {
                let plan = CaptionFeaturePlan(first..<count + 0, chunk: chunk, part: part, of: parts)
                #expect(plan.ordinals.lowerBound == next)
                #expect(plan.chunks.map { plan.ordinals(of: $0).count }.reduce(0, +) == plan.ordinals.count)
                next = plan.ordinals.upperBound
            }
            #expect(next == max(first, count))
        }
    }

    /// Shards in another order, or a part of them, are the same samples.
    @Test func theOrderOfShardsDoesNotMatter() throws {
        try fixture.write("whole.features")
        try fixture.write("reversed.features", of: fixture.data(["1.tar", "0.tar"]))
        #expect(try bytes("reversed.features") == bytes("whole.features"))
        let half = try fixture.write("half.features", of: fixture.data(["1.tar"]))
        #expect(half.header.captions == 20 && half.header.ordinals == 0..<20)
        #expect(try half.entries(of: 3).isEmpty && half.entries(of: 13).count == 2)
    }

    @Test func progressCountsWhatIsDone() throws {
        fixture.failsAt = 2
        #expect(throws: FeatureFixture.Failure.self) { try fixture.write() }
        fixture.failsAt = nil
        let writer = try CaptionFeatureWriter(
            fixture.data(),
            sources: FeatureFixture.sources,
            settings: fixture.settings(),
            to: fixture.path("captions.features")
        )
        var seen: [CaptionFeatureProgress] = []
        _ = try writer.write(progress: { seen.append($0) }, encode: fixture.encode)
        #expect(seen.map(\.done) == [12, 16, 20])
        #expect(seen.allSatisfy { $0.earlier == 8 && $0.total == 20 })
        #expect(seen.last?.captions == 24 && seen.last?.secondsLeft == 0)
    }

    @Test func aStopKeepsWhatIsDone() throws {
        let stop = StopSignal()
        let writer = try CaptionFeatureWriter(
            fixture.data(),
            sources: FeatureFixture.sources,
            settings: fixture.settings(),
            to: fixture.path("captions.features")
        )
        #expect(throws: RemoteError.stopped) {
            try writer.write(stop: stop) { texts in
                if fixture.calls.count == 1 { stop.stop() }
                return try fixture.encode(texts)
            }
        }
        #expect(fixture.calls.count == 2)
        try fixture.write()
        #expect(fixture.calls.count == 5)
    }
}

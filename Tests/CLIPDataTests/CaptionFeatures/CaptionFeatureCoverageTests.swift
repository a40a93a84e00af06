import Foundation
import LocalFiles
import Testing

@testable import CLIPData

/// Which samples a file of caption features has.
@Suite struct CaptionFeatureCoverageTests {
    private let fixture: FeatureFixture

    init() throws {
        fixture = try FeatureFixture()
        // The index knows both shards, whichever are named later.
        _ = try fixture.data()
    }

    @Test func aFileHasTheSamplesOfTheShardsThatWereNamed() throws {
        let half = try fixture.write(of: fixture.data(["1.tar"]))
        #expect(half.header.whole == 0..<20 && half.header.samples == [10..<20])
        _ = try fixture.features().embeddings(of: fixture.policy(), in: fixture.data(["1.tar"]))
        let error = CaptionFeatureError.uncovered(
            source: "short",
            samples: 10,
            total: 20,
            paths: [half.path],
            rest: .shards
        )
        #expect(throws: error) {
            try fixture.features().embeddings(of: fixture.policy(), in: fixture.data())
        }
        #expect(error.description.contains("were not among the data that was named then"))
        // As it advises.
        try fixture.write("rest.features", of: fixture.data(["0.tar"]))
        _ = try fixture.features(["captions.features", "rest.features"])
            .embeddings(of: fixture.policy(), in: fixture.data())
    }

    @Test func aWorkGoesOnWithItsOwnShardsOnly() throws {
        fixture.failsAt = 1
        let one = try fixture.data(["1.tar"])
        #expect(throws: FeatureFixture.Failure.self) { try fixture.write(of: one) }
        fixture.failsAt = nil
        let more = #expect(throws: CaptionFeatureWorkError.self) { try fixture.write() }
        #expect(more?.description.contains("shards with 10 of its samples and not those with 20") == true)
        let other = #expect(throws: CaptionFeatureWorkError.self) {
            try fixture.write(of: fixture.data(["0.tar"]))
        }
        #expect(other?.description.contains("other shards of the data") == true)
        try fixture.write(of: one)
    }

    @Test func partsOfOtherShardsAreNoWhole() throws {
        try fixture.write("p1", of: fixture.data(["0.tar"])) { ($0.part, $0.parts) = (1, 2) }
        try fixture.write("p2") { ($0.part, $0.parts) = (2, 2) }
        let error = #expect(throws: CaptionFeatureError.self) {
            try CaptionFeatureMerger.merge(["p1", "p2"].map(fixture.path), to: fixture.path("merged"))
        }
        #expect(error?.description.contains("shards with 20 of its samples and not those with 10") == true)
    }

    @Test func aPartThatIsMissingIsNamed() throws {
        for part in [1, 3] { try fixture.write("p\(part)") { ($0.part, $0.parts) = (part, 3) } }
        let error = #expect(throws: CaptionFeatureError.self) {
            try fixture.features(["p1", "p3"]).embeddings(of: fixture.policy(), in: fixture.data())
        }
        let words = error?.description ?? ""
        #expect(words.contains("of 3 parts, part 2 is missing") && !words.contains("--after"), "\(words)")
    }

    @Test func nothingThatCameLaterIsNoFile() throws {
        let error = CaptionFeatureWorkError.nothingLater(first: 20, known: 20)
        #expect(throws: error) { try fixture.write { $0.first = 20 } }
        // Later samples that are not among the data.
        try fixture.writeShard("2.tar", 20..<22)
        _ = try fixture.data()
        #expect(throws: CaptionFeatureWorkError.nothingLater(first: 20, known: 22)) {
            try fixture.write(of: fixture.data(["0.tar", "1.tar"])) { $0.first = 20 }
        }
        #expect(fixture.calls.isEmpty && !fixture.directory.exists("captions.features.unfinished"))
    }

    /// Two files beside the data are two sources, whatever they are called.
    @Test func aWorkGoesOnWithItsOwnSideFileOnly() throws {
        func source(_ name: String, _ text: String) throws -> CaptionSource {
            let lines = (0..<20).map { #"{"key": "s\#($0)", "caption": "\#(text) \#($0)"}"# }
            try fixture.directory.write(Array(lines.joined(separator: "\n").utf8), name)
            let settings = CaptionFileSettings(
                paths: [fixture.path(name)],
                columns: ["caption"],
                joinColumn: "key"
            )
            return CaptionSource(name: "side", origin: .file(try CaptionFile.open(settings)))
        }
        let first = try source("first.jsonl", "a text")
        fixture.failsAt = 1
        #expect(throws: FeatureFixture.Failure.self) { try fixture.write(sources: [first]) }
        fixture.failsAt = nil
        let error = #expect(throws: CaptionFeatureWorkError.self) {
            try fixture.write(sources: [source("second.jsonl", "another")])
        }
        #expect(error?.description.contains("sources side=file:") == true)
        // The same rows under another name are the same.
        let file = try fixture.write(sources: [source("copy.jsonl", "a text")])
        // With later samples come later rows.
        try fixture.writeShard("2.tar", 20..<22)
        let writer = try CaptionFeatureWriter(
            fixture.data(),
            sources: [source("later.jsonl", "more")],
            settings: fixture.settings { $0.first = 20 },
            to: fixture.path("later.features")
        )
        try writer.check(after: file)
    }
}

import Foundation
import LocalFiles
import Testing

@testable import CLIPData

/// Works on caption features that cannot be.
@Suite struct CaptionFeatureProblemTests {
    private let fixture: FeatureFixture

    init() throws { fixture = try FeatureFixture() }

    private func failure(
        _ name: String = "captions.features",
        sources: [CaptionSource] = FeatureFixture.sources,
        _ change: (inout CaptionFeatureWriter.Settings) -> Void = { _ in }
    ) -> CaptionFeatureWorkError? {
        #expect(throws: CaptionFeatureWorkError.self) { try fixture.write(name, sources: sources, change) }
    }

    @Test func settingsOutOfRange() {
        let part = failure { ($0.part, $0.parts) = (3, 2) }
        #expect(part == .setting(name: "part", found: "3", expected: "1 to 2"))
        #expect(failure { $0.part = 0 } == .setting(name: "part", found: "0", expected: "1 to 1"))
        #expect(failure { $0.parts = 0 }?.description.contains("number of parts is 0") == true)
        #expect(failure { $0.width = 0 } != nil && failure { $0.chunk = 0 } != nil)
        #expect(failure { $0.first = 21 }?.description.contains("at most the 20") == true)
        #expect(fixture.calls.isEmpty)
    }

    @Test func sourcesThatCannotBe() throws {
        let twice = [CaptionSource(field: "txt", name: "a"), CaptionSource(field: "json:long", name: "a")]
        #expect(throws: LoaderError.self) { try fixture.write(sources: twice) }
        let unknown = [CaptionSource(field: "txt", name: "a"), CaptionSource(field: "title", name: "b")]
        #expect(throws: ShardError.self) { try fixture.write(sources: unknown) }
        let none = [CaptionSource(field: "json:nothing", name: "a")]
        #expect(failure(sources: none) == .noCaptions(sources: ["a"], samples: 20))
        #expect(fixture.calls.isEmpty && !fixture.directory.exists("captions.features.unfinished"))
    }

    @Test func placesThatCannotBe() throws {
        try fixture.write()
        let path = fixture.path("captions.features")
        #expect(failure() == .exists(path: path))
        let nowhere = fixture.path("no/captions.features")
        #expect(failure("no/captions.features") == .noFolder(path: nowhere, folder: fixture.path("no")))
        let lock = try SharedFile(
            opening: URL(fileURLWithPath: fixture.path("b.features.unfinished")),
            creates: true
        )
        #expect(try lock.tryLock(.exclusive))
        #expect(failure("b.features") == .inUse(path: fixture.path("b.features.unfinished")))
        var writer = try CaptionFeatureWriter(
            fixture.data(),
            sources: FeatureFixture.sources,
            settings: fixture.settings(),
            to: fixture.path("c.features")
        )
        writer.freeBytes = { _ in 800 }
        let calls = fixture.calls.count
        let error = #expect(throws: CaptionFeatureWorkError.self) { try writer.write(encode: fixture.encode) }
        // 39 captions of 24 bytes.
        #expect(error == .noSpace(path: fixture.path("c.features"), needed: 936, free: 800))
        #expect(fixture.calls.count == calls)
        // With nothing left of it, float16 may be tried next.
        #expect(!fixture.directory.exists("c.features.unfinished"))
        #expect(!fixture.directory.exists("c.features.journal"))
    }

    @Test func aWorkGoesOnWithItsOwnSettingsOnly() throws {
        fixture.failsAt = 2
        #expect(throws: FeatureFixture.Failure.self) { try fixture.write() }
        fixture.failsAt = nil
        for (change, words) in [
            ({ $0.model.fingerprint = "other" }, "the model stand-in (abc…) and not stand-in (other…)"),
            ({ $0.model.encoding = "last" }, "the encoding mean and not last"),
            ({ $0.type = .float16 }, "type float32 and not float16"),
            ({ $0.parts = 2 }, "part 1/1 and not 1/2"),
        ] as [((inout CaptionFeatureWriter.Settings) -> Void, String)] {
            let error = failure("captions.features", change)
            #expect(error?.description.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
        }
        try fixture.writeShard("2.tar", 20..<22)
        #expect(failure()?.description.contains("samples 0 to 19 and not 0 to 21") == true)
        #expect(fixture.calls.count == 2)
    }

    @Test func numbersThatCannotBeStored() throws {
        func write(_ value: Float, _ type: CaptionFeatureType) throws {
            let writer = try CaptionFeatureWriter(
                fixture.data(),
                sources: FeatureFixture.sources,
                settings: fixture.settings { $0.type = type },
                to: fixture.path("\(value)-\(type)")
            )
            _ = try writer.write { texts in
                texts.flatMap { text -> [Float] in
                    var row = FeatureFixture.vector(text)
                    if text == "caption 9" { row[2] = value }
                    return row
                }
            }
        }
        let label = SampleLabel(key: "s9", shard: fixture.path("0.tar"))
        let large = CaptionFeatureWorkError.number(label: label, source: "short", value: 7e4, type: .float16)
        #expect(throws: large) { try write(7e4, .float16) }
        #expect(large.description.contains("make them as float32"))
        try write(7e4, .float32)
        let endless = CaptionFeatureWorkError.number(
            label: label,
            source: "short",
            value: .infinity,
            type: .float32
        )
        #expect(throws: endless) { try write(.infinity, .float32) }
        #expect(throws: CaptionFeatureWorkError.self) { try write(.nan, .float16) }
        let writer = try CaptionFeatureWriter(
            fixture.data(),
            sources: FeatureFixture.sources,
            settings: fixture.settings(),
            to: fixture.path("short")
        )
        #expect(throws: CaptionFeatureWorkError.count(found: 1, expected: 36)) {
            try writer.write { _ in [1] }
        }
    }

    @Test func partsThatDoNotMakeAWhole() throws {
        for part in 1...3 { try fixture.write("p\(part)") { ($0.part, $0.parts) = (part, 3) } }
        try fixture.write("whole")
        try fixture.write("q1") { ($0.part, $0.parts) = (1, 4) }
        try fixture.write("m3") { ($0.part, $0.parts, $0.model.fingerprint) = (3, 3, "xyz") }
        try fixture.write("t3") { ($0.part, $0.parts, $0.type) = (3, 3, .float16) }
        try fixture.directory.write(try fixture.directory.read("p3"), "copy")
        var damaged = try fixture.directory.read("p3")
        damaged[140] ^= 1
        try fixture.directory.write(damaged, "damaged")
        func merge(_ names: String...) throws {
            try CaptionFeatureMerger.merge(names.map(fixture.path), to: fixture.path("merged"))
        }
        #expect(throws: CaptionFeatureWorkError.missingParts([2], of: 3)) { try merge("p1", "p3") }
        let twice = CaptionFeatureWorkError.repeatedPart(
            3,
            first: fixture.path("p3"),
            second: fixture.path("copy")
        )
        #expect(throws: twice) { try merge("p1", "p3", "p2", "copy") }
        #expect(throws: CaptionFeatureWorkError.repeatedFile(path: fixture.path("p1"))) {
            try merge("p1", "p2", "p3", "p1")
        }
        #expect(throws: CaptionFeatureWorkError.isWhole(path: fixture.path("whole"))) { try merge("whole") }
        for (names, words) in [
            (["p1", "p2", "m3"], "the model"), (["p1", "p2", "t3"], "type float16 and not float32"),
            (["p2", "p3", "q1"], "4 parts and not 3"), (["p2", "whole"], "1 parts and not 3"),
            (["p1", "p2", "damaged"], "damaged"),
        ] {
            let error = #expect(throws: CaptionFeatureError.self) {
                try CaptionFeatureMerger.merge(names.map(fixture.path), to: fixture.path("merged"))
            }
            #expect(error?.description.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
        }
        #expect(!fixture.directory.exists("merged"))
        try merge("p1", "p2", "p3")
        #expect(throws: CaptionFeatureWorkError.exists(path: fixture.path("merged"))) {
            try merge("p1", "p2", "p3")
        }
    }
}

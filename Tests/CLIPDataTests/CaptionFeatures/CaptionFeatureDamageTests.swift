import Foundation
import LocalFiles
import Testing

@testable import CLIPData

/// Files of caption features that are not what was written.
@Suite struct CaptionFeatureDamageTests {
    private let fixture: FeatureFixture
    private let file: CaptionFeatureFile
    private let bytes: [UInt8]

    init() throws {
        fixture = try FeatureFixture()
        file = try fixture.write()
        bytes = try fixture.directory.read("captions.features")
    }

    /// All rows of a file with these bytes, or the error on the way.
    private func read(_ bytes: [UInt8]) throws -> [[Float]] {
        try fixture.directory.write(bytes, "changed.features")
        let file = try CaptionFeatureFile(fixture.path("changed.features"))
        return try (0..<20).flatMap { ordinal in
            try file.entries(of: ordinal).map { try file.row($0.row) }
        }
    }

    @Test func aBitThatIsOffIsNoticedWhereverItIs() throws {
        let whole = try read(bytes)
        let layout = file.layout
        let places = [
            0, 8, 16, 40, 60, 126, CaptionFeatureLayout.headerBytes, layout.entriesStart - 9,
            layout.entriesStart, layout.startsStart - 1, layout.startsStart, layout.startsStart + 24,
            layout.metadataStart + 5, layout.end, layout.byteCount - 1,
        ]
        for place in places + stride(from: 0, to: bytes.count, by: 37) {
            var changed = bytes
            changed[place] ^= 1 << UInt8(place % 8)
            let error = #expect(throws: CaptionFeatureError.self, "byte \(place)") { try read(changed) }
            guard case .damaged(let path, _) = error else {
                Issue.record("byte \(place): \(error.map { "\($0)" } ?? "")")
                continue
            }
            #expect(path == fixture.path("changed.features"))
        }
        #expect(try read(bytes) == whole)
    }

    @Test func aFileThatWasCutIsNoticed() throws {
        for length in [8, 100, 127, 128, 500, bytes.count - 8, bytes.count - 1] {
            let error = #expect(throws: CaptionFeatureError.self, "\(length)") {
                try read(Array(bytes[..<length]))
            }
            if length >= 128 {
                #expect(error?.description.contains("has \(length) of \(bytes.count) bytes") == true)
            }
        }
        #expect(throws: CaptionFeatureError.foreign(path: fixture.path("changed.features"))) { try read([]) }
    }

    @Test func bytesThatWereCutOffLaterEndNoProcess() throws {
        let open = try CaptionFeatureFile(fixture.path("captions.features"))
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.path("captions.features")))
        try handle.truncate(atOffset: 130)
        #expect(throws: CaptionFeatureError.self) { try open.row(3) }
    }

    @Test func otherFilesAreTold() throws {
        let path = fixture.path("changed.features")
        #expect(throws: CaptionFeatureError.foreign(path: path)) {
            try read(Array(repeating: 0x41, count: 4000))
        }
        #expect(throws: CaptionFeatureError.foreign(path: fixture.directory.path)) {
            try CaptionFeatureFile(fixture.directory.path)
        }
        #expect(throws: CaptionFeatureError.noFiles(pattern: fixture.path("none"))) {
            try CaptionFeatureFile(fixture.path("none"))
        }
        var newer = bytes
        newer[8] = 2
        var head = Array(newer[..<120])
        head.append(word: StableHash.of(head))
        newer.replaceSubrange(..<128, with: head)
        let error = #expect(throws: CaptionFeatureError.self) { try read(newer) }
        guard case .format(let format) = error else {
            Issue.record("\(error.map { "\($0)" } ?? "")")
            return
        }
        #expect(
            format.isNewer && error?.description.contains("newer version of swift-clip (format 2") == true
        )
    }

    @Test func anUnfinishedFileSaysSo() throws {
        fixture.failsAt = fixture.calls.count + 3
        #expect(throws: FeatureFixture.Failure.self) { try fixture.write("half.features") }
        let path = fixture.path("half.features.unfinished")
        let error = CaptionFeatureError.unfinished(path: path)
        #expect(throws: error) { try CaptionFeatureFile(path) }
        #expect(error.description.contains("goes on where it stopped"))
        let journal = fixture.path("half.features.journal")
        #expect(throws: CaptionFeatureError.unfinished(path: journal)) { try CaptionFeatureFile(journal) }
        #expect(throws: CaptionFeatureError.noFiles(pattern: fixture.path("half.features"))) {
            try CaptionFeatureFile(fixture.path("half.features"))
        }
    }
}

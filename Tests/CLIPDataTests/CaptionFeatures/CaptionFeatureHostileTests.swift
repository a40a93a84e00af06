import Foundation
import LocalFiles
import Testing

@testable import CLIPData

/// Numbers in files of caption features that have their checksums and cannot be.
@Suite struct CaptionFeatureHostileTests {
    private let fixture: FeatureFixture
    private let file: CaptionFeatureFile

    init() throws {
        fixture = try FeatureFixture()
        file = try fixture.write()
    }

    /// Opens the file with another description.
    private func open(_ change: (inout CaptionFeatureHeader) -> Void) throws -> CaptionFeatureFile {
        var header = file.header
        change(&header)
        let json = try JSONEncoder().encode(header)
        var layout = file.layout
        layout.metadata = json.count
        let start = CaptionFeatureLayout.headerBytes
        let whole = try fixture.directory.read("captions.features")
        var body = Array(whole[start..<layout.metadataStart]) + Array(json)
        body += [UInt8](repeating: 0, count: layout.end - start - body.count)
        var sums = BlockSums()
        body.withUnsafeBytes { sums.combine($0) }
        var table: [UInt8] = []
        for sum in sums.finish() { table.append(word: sum) }
        let head = layout.header(
            metadataHash: StableHash.of(Array(json)),
            sumsHash: table.withUnsafeBytes { ContentHash.of($0) }
        )
        try fixture.directory.write(head + body + table, "changed.features")
        return try CaptionFeatureFile(fixture.path("changed.features"))
    }

    @Test func aDescriptionThatCannotBeIsDamage() throws {
        let same = try open { _ in }
        #expect(same.header == file.header)
        try same.verify()
        let error = CaptionFeatureError.damaged(
            path: fixture.path("changed.features"),
            reason: "what it says of itself cannot be read"
        )
        let changes: [(inout CaptionFeatureHeader) -> Void] = [
            { $0.width = 1 << 62 }, { $0.width = .max }, { $0.width = 0 }, { $0.width = -6 },
            { $0.ordinals = Int.min..<Int.max }, { $0.whole = -1..<20 }, { $0.whole = 0..<Int.max },
            { $0.chunk = .max }, { $0.parts = .max }, { $0.part = .min }, { $0.samples = [0..<21] },
            { $0.samples = [10..<20, 0..<10] }, { $0.samples = [-1..<20] }, { $0.sources = [] },
        ]
        for (number, change) in changes.enumerated() {
            #expect(throws: error, "change \(number)") { try open(change) }
        }
    }

    @Test func recordsThatCannotBeAreMadeAgain() throws {
        let entry = CaptionFeatureEntry(key: 1, text: 2, source: 0, row: 0)
        let records: [(rows: Int, ordinal: Int, entry: CaptionFeatureEntry)] = [
            (1 << 61, 8, entry), (.max, 8, entry), (0, .max, entry), (0, 8, entry),
            (1, 8, CaptionFeatureEntry(key: 1, text: 2, source: 7, row: 0)),
        ]
        for (number, wrong) in records.enumerated() {
            let name = "\(number).features"
            fixture.failsAt = fixture.calls.count + 2
            #expect(throws: FeatureFixture.Failure.self) { try fixture.write(name) }
            fixture.failsAt = nil
            do {
                let url = URL(fileURLWithPath: fixture.path(name + CaptionFeatureWork.journalSuffix))
                let shared = try SharedFile(opening: url)
                let description = try #require(try CaptionFeatureJournal.description(in: shared))
                var journal = CaptionFeatureJournal(shared, description: description)
                try journal.replay { _ in true }
                try journal.append(
                    .init(
                        chunk: 2,
                        rows: wrong.rows,
                        unreadable: 0,
                        rowsHash: ContentHash.of(UnsafeRawBufferPointer(start: nil, count: 0)),
                        captions: [.init(ordinal: wrong.ordinal, entry: wrong.entry)]
                    )
                )
            }
            try fixture.write(name)
            #expect(
                try fixture.directory.read(name) == fixture.directory.read("captions.features"),
                "\(number)"
            )
        }
    }

    @Test func workThatIsLostIsSaid() throws {
        var writer = try CaptionFeatureWriter(
            fixture.data(),
            sources: FeatureFixture.sources,
            settings: fixture.settings(),
            to: fixture.path("again.features")
        )
        var notes: [String] = []
        writer.note = { notes.append($0) }
        for turn in 0..<2 {
            fixture.failsAt = fixture.calls.count + 2
            #expect(throws: FeatureFixture.Failure.self) { try writer.write(encode: fixture.encode) }
            fixture.failsAt = nil
            #expect(notes.count == turn)
            try fixture.directory.write([1, 2, 3], "again.features.journal")
            let calls = fixture.calls.count
            fixture.failsAt = calls
            #expect(throws: FeatureFixture.Failure.self) { try writer.write(encode: fixture.encode) }
            #expect(notes.count == turn + 1)
        }
        #expect(notes[0].contains("'\(fixture.path("again.features.unfinished"))' holds "))
        #expect(notes[0].contains("cannot be read; they are made again"))
        fixture.failsAt = nil
        _ = try writer.write(encode: fixture.encode)
        #expect(notes.count == 2)
        #expect(try fixture.directory.read("again.features") == fixture.directory.read("captions.features"))
    }

    /// A disk that fails for now makes no file worthless.
    @Test func aReadThatFailsIsNoDamage() {
        let failed = CaptionFeatureFile.failure(BlockFault.system(POSIXError(.EIO)), of: "f")
        let reason = SystemReason.text(of: POSIXError(.EIO))
        #expect(failed as? ShardError == .file(path: "f", action: "read", reason: reason))
        let cut = CaptionFeatureFile.failure(BlockFault.cut(at: 9), of: "f")
        #expect(cut as? CaptionFeatureError == .damaged(path: "f", reason: "\(BlockFault.cut(at: 9))"))
    }
}

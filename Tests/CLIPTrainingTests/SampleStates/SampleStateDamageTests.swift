import Foundation
import LocalFiles
import Testing

@testable import CLIPTraining

/// Files that are not what we wrote: refused with a reason, and nothing is changed.
@Suite struct SampleStateDamageTests {
    private let fixture: SampleStateFixture

    init() throws {
        fixture = try SampleStateFixture()
        try fixture.train(1...5, fixture.create())
    }

    private func expectDamaged(_ name: String, _ reason: String, step: Int = 3) throws {
        let before = try fixture.contents()
        let path = fixture.url(name).path
        let error = #expect(throws: SampleStateError.self) { try fixture.resume(step) }
        #expect(error == .damaged(path: path, reason: reason))
        #expect(try fixture.contents() == before)
    }

    private func rewrite(_ name: String, _ change: (inout Data) -> Void) throws {
        var data = try fixture.bytes(name)
        change(&data)
        try data.write(to: fixture.url(name))
    }

    private func rewriteHeader(_ name: String, words: Int, _ change: (inout [UInt64]) -> Void) throws {
        try rewrite(name) { data in
            var block = data.withUnsafeBytes { WordBlock($0, count: words) } ?? WordBlock([])
            change(&block.words)
            data.replaceSubrange(0..<(words + 1) * 8, with: block.bytes)
        }
    }

    @Test(arguments: [0, 1, 127, 4095])
    func aShortLiveFile(length: Int) throws {
        try rewrite("live.bin") { $0 = $0.prefix(length) }
        try expectDamaged("live.bin", "it has \(length) bytes, fewer than its header")
    }

    @Test func aLiveFileThatWasCutOff() throws {
        try rewrite("live.bin") { $0.removeLast() }
        try expectDamaged("live.bin", "it has 4415 bytes, and its records end at byte 4416")
    }

    @Test func aLiveFileOfAnotherKind() throws {
        try rewrite("live.bin") { $0[0] = 1 }
        try expectDamaged("live.bin", "it does not start with CLIPSTAT")
    }

    @Test(arguments: [8, 16, 24, 64, 120, 127])
    func aLiveHeaderWithAWrongByte(offset: Int) throws {
        try rewrite("live.bin") { $0[offset] ^= 1 }
        try expectDamaged("live.bin", "its header's checksum is wrong")
    }

    @Test(arguments: [("live.bin", 15), ("journal-3.bin", 7)], [0, 3])
    func aFileOfAnotherVersion(file: (name: String, words: Int), number: UInt64) throws {
        try rewriteHeader(file.name, words: file.words) { $0[1] = number }
        let before = try fixture.contents()
        let error = #expect(throws: SampleStateError.self) { try fixture.resume(3) }
        guard case .format(let format) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(format.path == fixture.url(file.name).path)
        #expect(format.isNewer == (number == 3))
        #expect(format.description.contains("--fresh-state"))
        #expect(try fixture.contents() == before)
        // Whoever forgets the state need not read it.
        #expect(try fixture.all(fixture.resume(3, fresh: true)).allSatisfy { $0 == 0 })
    }

    private static let impossible: [(UInt64, UInt64)] = [
        (.max, 40), (0, 40), (1 << 62, 1), (2, .max), (1024, 1 << 52),
    ]

    @Test(arguments: impossible)
    func aLiveHeaderWithImpossibleNumbers(width: UInt64, count: UInt64) throws {
        try rewriteHeader("live.bin", words: 15) {
            $0[2] = width
            $0[3] = count
        }
        try expectDamaged("live.bin", "its header speaks of \(count) records of \(width) numbers")
    }

    @Test func aLiveHeaderWithMoreRecordsThanTheFile() throws {
        try rewriteHeader("live.bin", words: 15) { $0[3] = 41 }
        try expectDamaged("live.bin", "it has 4416 bytes, and its records end at byte 4424")
    }

    @Test func aJournalOfAnotherWidth() throws {
        try rewriteHeader("journal-3.bin", words: 7) { $0[2] = 8 }
        try expectDamaged("journal-3.bin", "its records have 8 numbers, and the state 2")
    }

    @Test func aJournalOfAnotherRun() throws {
        try rewriteHeader("journal-3.bin", words: 7) { $0[5] ^= 1 }
        try expectDamaged("journal-3.bin", "it belongs to the state of another run")
    }

    @Test func aJournalUnderAnotherName() throws {
        try rewriteHeader("journal-3.bin", words: 7) { $0[3] = 2 }
        try expectDamaged("journal-3.bin", "it starts at step 2, and its name says 3")
    }

    @Test func aJournalWithAHugeWidth() throws {
        try rewriteHeader("journal-3.bin", words: 7) { $0[2] = UInt64.max }
        try expectDamaged(
            "journal-3.bin",
            "its header speaks of step 3 and \(UInt64.max) numbers a sample"
        )
    }

    @Test func aJournalWithoutHeader() throws {
        try rewrite("journal-3.bin") { $0 = $0.prefix(63) }
        try expectDamaged("journal-3.bin", "it has 63 bytes, fewer than its header")
        try rewrite("journal-3.bin") { $0 = Data(repeating: 0, count: 200) }
        try expectDamaged("journal-3.bin", "it does not start with CLIPSJNL")
    }

    @Test func aRecordInTheMiddle() throws {
        let size = JournalHeader.byteCount
        let records = (try fixture.bytes("journal-3.bin").count - size) / 20
        try rewrite("journal-3.bin") { $0[size + 25] ^= 1 }
        try expectDamaged("journal-3.bin", "the checksum of record 2 of \(records) is wrong")
    }

    @Test func anOlderJournalIsReadOnlyWhereItIsNeeded() throws {
        let other = try SampleStateFixture(in: fixture.folder, run: "other")
        do {
            let states = try other.create()
            try other.step(1, states)
            try states.checkpoint(step: 1)
            try other.step(2, states)
        }
        try fixture.folder.corrupt("other/states/journal-0.bin", at: JournalHeader.byteCount + 25)
        #expect(try other.all(other.copy().resume(1)) == other.reference(1))
        #expect(throws: SampleStateError.self) { try other.resume(0) }
    }

    @Test func aRecordInTheMiddleAfterAPowerFailure() throws {
        try rewriteHeader("live.bin", words: 15) { $0[8] = 1 }
        try rewrite("journal-3.bin") { $0[JournalHeader.byteCount + 25] ^= 1 }
        fixture.directory.boot = BootIdentity(high: 3, low: 4)
        let states = try fixture.resume(3)
        #expect(states.warnings == [.mayBeMixed(path: fixture.url("live.bin").path, session: 1)])
        let different = zip(try fixture.all(states), try fixture.reference(3)).filter { $0 != $1 }
        #expect((1...2).contains(different.count))
    }

    @Test(arguments: [-1, 40, Int64.max])
    func aRecordOfAnUnknownSample(ordinal: Int64) throws {
        let header = try JournalReader(fixture.url("journal-3.bin")).header
        var record = [UInt8](repeating: 0, count: header.recordByteCount)
        record.withUnsafeMutableBytes { record in
            header.encode(ordinal, into: record) { _ in }
        }
        try rewrite("journal-3.bin") { $0.replaceSubrange(64..<84, with: record) }
        try expectDamaged("journal-3.bin", "record 1 is of sample \(ordinal), and there are 40")
    }

    @Test func whatIsNoFile() throws {
        let live = fixture.url("live.bin")
        try FileManager.default.removeItem(at: live)
        try FileManager.default.createDirectory(at: live, withIntermediateDirectories: false)
        let directory = SampleStateError.system(operation: "open", path: live.path, reason: "Is a directory")
        #expect(throws: directory) { try fixture.resume(3) }
        try FileManager.default.removeItem(at: live)
        #expect(mkfifo(live.path, 0o600) == 0)
        let pipe = SampleStateError.system(operation: "open", path: live.path, reason: "Invalid argument")
        #expect(throws: pipe) { try fixture.resume(3) }
    }

    @Test func aDirectoryThatCannotBe() throws {
        let file = fixture.folder.url.appending(path: "file")
        try Data().write(to: file)
        let directory = SampleStateDirectory(run: file)
        #expect(throws: SampleStateError.self) {
            try directory.create(width: 2, numbering: fixture.numbering)
        }
        #expect(try Data(contentsOf: file).isEmpty)
    }

    /// Root may write everywhere.
    @Test(.enabled(if: geteuid() != 0))
    func filesThatMayNotBeWritten() throws {
        let path = fixture.url("live.bin").path
        #expect(chmod(path, 0o400) == 0)
        let denied = SampleStateError.system(operation: "open", path: path, reason: "Permission denied")
        #expect(throws: denied) { try fixture.resume(3) }
    }
}

import CLIPData
import Foundation
import Testing

@testable import CLIPTraining

/// Single bits that a disk or a copy changed: refused, or without effect.
@Suite struct SampleStateBitTests {
    private let fixture: SampleStateFixture

    /// Ended at step 8, with checkpoints at 3 and 6.
    init() throws {
        fixture = try SampleStateFixture()
        let states = try fixture.create()
        try fixture.train(1...8, states)
        try states.close()
    }

    private func flip(_ bit: Int, of name: String, in fixture: SampleStateFixture) throws {
        var data = try fixture.bytes(name)
        data[bit >> 3] ^= 1 << UInt8(bit & 7)
        try data.write(to: fixture.url(name))
    }

    /// Bits of a part of a file, the same in each run.
    private func bits(_ count: Int, _ bytes: Range<Int>) -> [Int] {
        (0..<count).map {
            8 * bytes.lowerBound + Int(CounterRandom.mix(UInt64($0 + 1)) % UInt64(8 * bytes.count))
        }
    }

    private struct Outcome {
        var refused = 0
        var same = 0
    }

    /// Resumes copies with one other bit at step 6, and goes on.
    private func resumes(_ bits: [Int], of name: String) throws -> Outcome {
        var outcome = Outcome()
        for bit in bits {
            let copy = try fixture.copy()
            defer { try? copy.remove() }
            try flip(bit, of: name, in: copy)
            let before = try copy.contents()
            do {
                let states = try copy.resume(6)
                #expect(try copy.all(states) == copy.reference(6), "bit \(bit) of \(name)")
                try copy.train(7...9, states)
                #expect(try copy.all(states) == copy.reference(9), "bit \(bit) of \(name)")
                outcome.same += 1
            } catch let error as SampleStateError {
                #expect(error.description.contains("--fresh-state"), "\(error)")
                #expect(error.description.contains(copy.directory.url.path), "\(error)")
                #expect(try copy.contents() == before, "bit \(bit) of \(name)")
                outcome.refused += 1
            }
        }
        return outcome
    }

    @Test func ofTheHeader() throws {
        let used = try resumes(bits(30, 0..<128), of: "live.bin")
        #expect(used.refused == 30)
        let unused = try resumes(bits(10, 128..<SampleStateHeader.byteCount), of: "live.bin")
        #expect(unused.same == 10)
    }

    /// A record that changed after step 6 comes from the journal, whatever bits it has.
    @Test func ofTheRecords() throws {
        let size = try fixture.bytes("live.bin").count
        let outcome = try resumes(bits(90, SampleStateHeader.byteCount..<size), of: "live.bin")
        #expect(outcome.refused >= 40 && outcome.same >= 5, "\(outcome)")
    }

    @Test func ofTheJournal() throws {
        let size = try fixture.bytes("journal-6.bin").count
        let header = try resumes(bits(20, 0..<JournalHeader.byteCount), of: "journal-6.bin")
        #expect(header.refused == 20)
        let records = try resumes(bits(50, JournalHeader.byteCount..<size), of: "journal-6.bin")
        #expect(records.refused >= 45, "\(records)")
        // The last record too, which might have been cut off when the process was killed.
        let last = try resumes(bits(20, size - 20..<size), of: "journal-6.bin")
        #expect(last.refused == 20)
    }

    /// It is for an older checkpoint only.
    @Test func ofAnOlderJournal() throws {
        let size = try fixture.bytes("journal-3.bin").count
        #expect(try resumes(bits(10, 0..<size), of: "journal-3.bin").same == 10)
    }

    /// What a later journal does not restore, that of an older checkpoint may.
    @Test func anEarlierCheckpointMayHelp() throws {
        let journals = try [3, 6].map { step in
            var ordinals: Set<Int64> = []
            try JournalReader(fixture.url("journal-\(step).bin")).undo { _, ordinal in
                ordinals.insert(ordinal)
            }
            return ordinals
        }
        let ordinal = try #require(journals[0].subtracting(journals[1]).min())
        let copy = try fixture.copy()
        try flip(8 * (SampleStateHeader.byteCount + 8 * Int(ordinal)) + 3, of: "live.bin", in: copy)
        let altered = SampleStateError.altered(path: copy.url("live.bin").path, step: 6)
        #expect(throws: altered) { try copy.resume(6) }
        #expect(throws: altered) { try SampleStateView(copy.directory, width: 2, step: 6) }
        #expect(try copy.all(SampleStateView(copy.directory, width: 2, step: 3)) == copy.reference(3))
        let states = try copy.resume(3)
        #expect(try copy.all(states) == copy.reference(3))
    }

    /// A record of a sample that a killed process made room for.
    @Test func beyondTheSamplesThatCount() throws {
        let live = fixture.url("live.bin")
        try (fixture.bytes("live.bin") + Data(repeating: 0, count: 80)).write(to: live)
        let longer = try fixture.copy()
        longer.count = 50
        #expect(try longer.resume(6).read([45]) == [0, 0])
        let copy = try fixture.copy()
        copy.count = 50
        try flip(8 * (SampleStateHeader.byteCount + 45 * 8), of: "live.bin", in: copy)
        #expect(throws: SampleStateError.altered(path: copy.url("live.bin").path, step: 6)) {
            try copy.resume(6)
        }
    }

    /// Old journals hold no digest, are read as before, and gain one with the resume.
    @Test func aRunOfAnEarlierVersionGainsItsDigest() throws {
        var data = try fixture.bytes("journal-6.bin")
        var block = try #require(data.withUnsafeBytes { WordBlock($0, count: 7) })
        (block.words[1], block.words[6]) = (1, 0)
        data.replaceSubrange(0..<64, with: block.bytes)
        try data.write(to: fixture.url("journal-6.bin"))
        #expect(try JournalReader(fixture.url("journal-6.bin")).header.digest == nil)
        #expect(
            try fixture.all(SampleStateView(fixture.directory, width: 2, step: 6)) == fixture.reference(6)
        )
        do {
            let states = try fixture.resume(6)
            #expect(try fixture.all(states) == fixture.reference(6))
            try fixture.step(7, states)
        }
        let header = try JournalReader(fixture.url("journal-6.bin")).header
        #expect(header.digest != nil)
        #expect(header.start == 6 && header.previous == 3)
        let size = try fixture.bytes("live.bin").count
        #expect(try resumes(bits(20, SampleStateHeader.byteCount..<size), of: "live.bin").refused >= 10)
    }
}

import CLIPData
import Foundation
import Testing

@testable import CLIPTraining

@Suite struct RecordDigestTests {
    private func digest(_ records: [Float], width: Int, from ordinal: Int64 = 0) -> RecordDigest {
        var digest = RecordDigest()
        records.withUnsafeBytes { digest.add($0, from: ordinal, byteCount: width * 4) }
        return digest
    }

    /// What a session keeps up to date is what a reader of the whole file finds.
    @Test(arguments: [1, 2, 3, 8])
    func stepsKeepItUpToDate(width: Int) throws {
        let fixture = try SampleStateFixture()
        fixture.width = width
        let states = try fixture.create()
        for number in 1...9 {
            try fixture.step(number, states)
            // Rows that were not read before, and one that comes twice.
            let rows = [Float](repeating: Float(number), count: 3 * width)
            try states.write(rows, at: [Int64(number), 39, Int64(number)])
            #expect(try states.digest == states.live.digest())
            #expect(try states.digest == digest(fixture.all(states), width: width))
        }
        try states.checkpoint(step: 9)
        #expect(try JournalReader(fixture.url("journal-9.bin")).header.digest == states.digest)
        #expect(states.digest != RecordDigest())
    }

    @Test func zerosAddNothing() {
        #expect(digest([0, 0, 0, 0], width: 2) == RecordDigest())
        #expect(digest([1, 2, 0, 0], width: 2) == digest([1, 2], width: 2))
        #expect(digest([-0.0, 0], width: 2) != RecordDigest())
    }

    @Test func placesCount() {
        #expect(digest([1, 2], width: 2) != digest([2, 1], width: 2))
        #expect(digest([1, 2], width: 2) != digest([1, 2], width: 2, from: 1))
        #expect(digest([1, 2, 3, 4], width: 2) != digest([3, 4, 1, 2], width: 2))
        #expect(digest([1, 2, 3], width: 3) != digest([1, 2, 4], width: 3))
    }

    /// A write that failed may have changed some of its records.
    @Test func aWriteThatFailedIsReadAgain() throws {
        struct Full: Error {}
        let fixture = try SampleStateFixture()
        var fails: SampleStateStage?
        fixture.directory.onStage = { if $0 == fails { throw Full() } }
        let states = try fixture.create()
        try fixture.train(1...3, states)
        for stage in [SampleStateStage.journalled, .changed] {
            fails = stage
            #expect(throws: Full.self) { try fixture.step(4, states) }
            fails = nil
            #expect(states.digest == nil)
        }
        let found = try fixture.all(states)
        try states.checkpoint(step: 4)
        #expect(try states.digest == states.live.digest())
        try states.close()
        #expect(try fixture.all(fixture.resume(4)) == found)
    }

    /// Holes between records are skipped, and no record is.
    @Test func aFileOfManySamples() throws {
        let fixture = try SampleStateFixture()
        fixture.count = 2_000_000
        fixture.width = 3
        var expected = RecordDigest()
        do {
            let states = try fixture.create()
            for ordinal in [0, 1, 340, 87_381, 87_382, 500_000, 1_999_999] as [Int64] {
                let record = [Float(ordinal) + 1, 2, 3]
                try states.write(record, at: [ordinal])
                record.withUnsafeBytes { expected.add($0, of: ordinal) }
            }
            #expect(states.digest == expected)
            try states.checkpoint(step: 1)
        }
        #expect(try fixture.resume(1).live.digest() == expected)
    }
}

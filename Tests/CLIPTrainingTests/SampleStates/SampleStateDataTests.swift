import Foundation
import Testing

@testable import CLIPData
@testable import CLIPTraining

@Suite struct SampleStateDataTests {
    private let fixture: SampleStateFixture

    init() throws { fixture = try SampleStateFixture() }

    @Test func dataThatGrewIsExtended() throws {
        do { try fixture.train(1...4, fixture.create()) }
        let small = try fixture.reference(3)
        fixture.count = 100_000
        do {
            let states = try fixture.resume(3)
            #expect(states.warnings == [.extended(from: 40, to: 100_000)])
            #expect(states.count == 100_000)
            let zeros = [Float](repeating: 0, count: 2 * 99_960)
            #expect(try fixture.all(states) == small + zeros)
            try states.write([1, 2], at: [99_999])
            #expect(try fixture.copy().resume(3).read([99_999]) == [0, 0])
            try states.checkpoint(step: 4)
        }
        let states = try fixture.resume(4)
        #expect(states.warnings.isEmpty)
        #expect(try states.read([99_999]) == [1, 2])
    }

    @Test(arguments: [(39, 1), (0, 1), (40, 2), (80, 2)])
    func otherDataIsRefusedAndNothingIsChanged(count: Int, seed: Int) throws {
        do { try fixture.train(1...4, fixture.create()) }
        let before = try fixture.contents()
        let other = FakeNumbering(ordinalCount: count, seed: UInt64(seed))
        let path = fixture.url("live.bin").path
        let error = #expect(throws: SampleStateError.otherData(path: path, records: 40, samples: count)) {
            try fixture.directory.resume(width: 2, numbering: other, step: 3)
        }
        #expect(error?.description.contains("start a new run") == true)
        #expect(try fixture.contents() == before)
    }

    /// What lies there is others' then too, but that is asked for.
    @Test func aViewTellsForgottenStateFromOtherData() throws {
        do { try fixture.train(1...7, fixture.create()) }
        let other = FakeNumbering(ordinalCount: 40, seed: 2)
        let path = fixture.url("live.bin").path
        func view(_ step: Int, _ numbering: FakeNumbering) throws {
            _ = try SampleStateView(fixture.directory, width: 2, step: step, numbering: numbering)
        }
        for step in [3, 6] {
            #expect(throws: SampleStateError.otherData(path: path, records: 40, samples: 40)) {
                try view(step, other)
            }
        }
        do {
            let states = try fixture.directory.resume(width: 2, numbering: other, step: 6, fresh: true)
            try fixture.train(7...9, states)
        }
        try view(9, other)
        let journal = fixture.url("journal-3.bin").path
        #expect(throws: SampleStateError.missingJournal(path: journal, step: 3)) {
            try view(3, fixture.numbering)
        }
        #expect(throws: SampleStateError.forgotten(path: path, step: 6)) { try view(6, fixture.numbering) }
        #expect(throws: SampleStateError.otherData(path: path, records: 40, samples: 40)) {
            try view(9, fixture.numbering)
        }
    }

    @Test func theFingerprintTakesFirstAndLast() {
        struct Changed: SampleNumbering {
            var ordinalCount: Int
            var changed: Int
            func identity(ofOrdinal ordinal: Int) -> UInt64 { ordinal == changed ? 7 : UInt64(ordinal) + 100 }
        }
        for count in [1, 2, 1023, 1024, 1025, 5000, 1_000_000_000] {
            let same = DataFingerprint(Changed(ordinalCount: count, changed: -1), count: count)
            for ordinal in [0, count - 1] {
                #expect(DataFingerprint(Changed(ordinalCount: count, changed: ordinal), count: count) != same)
            }
            let longer = Changed(ordinalCount: count + 9, changed: -1)
            #expect(DataFingerprint(longer, count: count) == same)
            #expect(DataFingerprint(longer, count: count + 1) != same)
        }
        // Up to 1,024 samples, each counts.
        let all = DataFingerprint(Changed(ordinalCount: 1024, changed: -1), count: 1024)
        for ordinal in 0..<1024 {
            let one = Changed(ordinalCount: 1024, changed: ordinal)
            #expect(DataFingerprint(one, count: 1024) != all)
        }
    }

    @Test func shardsThatAreAppendedToTheIndexExtend() throws {
        let training = try TrainingFixture()
        let shards = (0..<2).map { training.url("train-\($0).tar").path }
        let directory = SampleStateDirectory(run: fixture.run)
        do {
            let data = try ShardDataset.open([shards[0]])
            let states = try directory.create(width: 2, numbering: data)
            #expect(states.count == 20)
            try states.write([1, 2], at: [Int64(data.ordinal(at: 3))])
            try states.checkpoint(step: 1)
        }
        let both = try ShardDataset.open([shards[1], shards[0]])
        do {
            let states = try directory.resume(width: 2, numbering: both, step: 1)
            #expect(states.warnings == [.extended(from: 20, to: 40)])
            // Positions moved, ordinals did not.
            #expect(try states.read([Int64(both.ordinal(at: 23))]) == [1, 2])
        }
        // A run that reads a part of them keeps the state of all.
        let part = try ShardDataset.open([shards[1]])
        #expect(part.count == 20)
        #expect(part.identity(ofOrdinal: part.ordinal(at: 5)) == part.identity(at: 5))
        #expect(try directory.resume(width: 2, numbering: part, step: 1).count == 40)

        // An index that was made anew in another order numbers otherwise.
        let anew = try ShardDataset.open(
            [shards[1], shards[0]],
            options: IndexOptions(rebuilds: true)
        )
        #expect(anew.ordinalCount == 40)
        let error = #expect(throws: SampleStateError.self) {
            try directory.resume(width: 2, numbering: anew, step: 1)
        }
        #expect(error?.description.contains("index now numbers the data's 40 samples otherwise") == true)
    }
}

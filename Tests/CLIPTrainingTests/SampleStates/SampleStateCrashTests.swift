import Foundation
import Testing

@testable import CLIPTraining

/// A copy of the directory at a moment is what a killed process leaves there.
@Suite struct SampleStateCrashTests {
    private let fixture: SampleStateFixture

    init() throws { fixture = try SampleStateFixture() }

    /// Resumes copies at all their checkpoints; each must go on as if nothing had happened.
    private func expectExact(_ crashed: SampleStateFixture, _ what: String) throws {
        let steps = try crashed.checkpoints.checkpoints().map(\.step)
        #expect(!steps.isEmpty)
        for step in steps {
            let copy = try crashed.copy()
            let states = try copy.resume(step)
            #expect(states.warnings.isEmpty)
            #expect(try copy.all(states) == copy.reference(step), "\(what), resumed at \(step)")
            try copy.train(step + 1...step + 4, states)
            #expect(try copy.all(states) == copy.reference(step + 4), "\(what), after \(step)")
            try states.close()
            try copy.remove()
        }
    }

    @Test func everyPointOfARun() throws {
        var crashes: [(SampleStateStage, SampleStateFixture)] = []
        let fixture = fixture
        fixture.directory.onStage = { crashes.append(($0, try fixture.copy())) }
        let states = try fixture.create()
        try fixture.save(0, states)
        try fixture.train(1...8, states)
        // The moments between the calls, too.
        try fixture.step(9, states)
        try states.checkpoint(step: 9)
        crashes.append((.unmarked, try fixture.copy()))
        try fixture.checkpoints.write(TrainingPosition(step: 9)) { _ in }
        crashes.append((.unmarked, try fixture.copy()))
        try fixture.checkpoints.prune(keep: 2)
        crashes.append((.unmarked, try fixture.copy()))
        try states.prune(keeping: fixture.checkpoints.checkpoints().map(\.step))

        let passed = Set(crashes.map(\.0))
        let expected: Set<SampleStateStage> = [
            .journalled, .marked, .changed, .synchronized, .journalStarted, .intervalRecorded, .unmarked,
            .journalPruned,
        ]
        #expect(passed == expected)
        for (stage, crashed) in crashes {
            try expectExact(crashed, "\(stage)")
            try crashed.remove()
        }
    }

    @Test func everyPointOfAResume() throws {
        let states = try fixture.create()
        try fixture.train(1...11, states)
        let killed = try fixture.copy()
        var passed: Set<SampleStateStage> = []
        // At the newest checkpoint, and at the one before, as when the newest is damaged.
        for step in [9, 6] {
            let resumed = try killed.copy()
            if step == 6 { try resumed.checkpoints.remove(resumed.checkpoints.checkpoints()[1].url) }
            var crashes: [(SampleStateStage, SampleStateFixture)] = []
            resumed.directory.onStage = { crashes.append(($0, try resumed.copy())) }
            let states = try resumed.resume(step)
            #expect(try resumed.all(states) == resumed.reference(step))
            for (stage, crashed) in crashes {
                passed.insert(stage)
                if step == 6 {
                    try expectExact(crashed, "\(stage)")
                } else {
                    // The older checkpoint can still be reached.
                    #expect(try crashed.all(crashed.copy().resume(6)) == crashed.reference(6), "\(stage)")
                    #expect(try crashed.all(crashed.resume(9)) == crashed.reference(9), "\(stage)")
                }
            }
        }
        let expected: Set<SampleStateStage> = [
            .rollbackStarted, .journalUndone, .rolledBack, .journalRemoved, .journalReset, .opened,
        ]
        #expect(passed == expected)
    }

    @Test func rollingBackHalfAJournalIsRepeated() throws {
        let states = try fixture.create()
        try fixture.train(1...8, states)
        let killed = try fixture.copy()
        let journal = try JournalReader(killed.url("journal-6.bin"))
        struct Killed: Error {}
        for limit in 0..<6 {
            let copy = try killed.copy()
            do {
                let live = try LiveRecords(opening: copy.url("live.bin"))
                var done = 0
                #expect(throws: Killed.self) {
                    try journal.undo {
                        if done == limit { throw Killed() }
                        try live.write($0, from: $1)
                        done += 1
                    }
                }
            }
            #expect(try copy.all(copy.resume(6)) == copy.reference(6), "\(limit) records")
        }
    }

    @Test func everyLengthOfATornAppend() throws {
        let fixture = fixture
        fixture.batch = 3
        var crash: SampleStateFixture?
        var isArmed = false
        fixture.directory.onStage = { if isArmed, $0 == .journalled { crash = try fixture.copy() } }
        let states = try fixture.create()
        try fixture.train(1...4, states)
        let start = try fixture.bytes("journal-3.bin").count
        isArmed = true
        try fixture.step(5, states)
        let crashed = try #require(crash)
        let whole = try crashed.bytes("journal-3.bin")
        #expect(start > JournalHeader.byteCount)
        #expect(whole.count > start + 20)
        for length in start...whole.count {
            let torn = try crashed.copy()
            try whole.prefix(length).write(to: torn.url("journal-3.bin"))
            let states = try torn.resume(3)
            #expect(try torn.all(states) == torn.reference(3), "\(length) bytes")
            try torn.train(4...5, states)
            #expect(try torn.all(states) == torn.reference(5), "\(length) bytes")
        }
    }

    @Test func aRecordThatComesTwiceIsHarmless() throws {
        struct Killed: Error {}
        let fixture = fixture
        var fails = false
        // As when the bits cannot be written after the records.
        fixture.directory.onStage = { if fails, $0 == .journalled { throw Killed() } }
        let states = try fixture.create()
        try fixture.train(1...3, states)
        fails = true
        #expect(throws: Killed.self) { try fixture.step(4, states) }
        fails = false
        try fixture.train(4...5, states)
        #expect(try fixture.all(states) == fixture.reference(5))
        #expect(try fixture.all(fixture.copy().resume(3)) == fixture.reference(3))
    }

    @Test func aCheckpointThatFailedHalfWayEndsTheUse() throws {
        struct Full: Error {}
        let fixture = fixture
        for point in [SampleStateStage.synchronized, .journalStarted, .intervalRecorded] {
            let copy = try SampleStateFixture(in: fixture.folder, run: "\(point)")
            var fails = false
            copy.directory.onStage = { if fails, $0 == point { throw Full() } }
            let states = try copy.create()
            try copy.train(1...5, states)
            fails = true
            #expect(throws: Full.self) { try states.checkpoint(step: 5) }
            fails = false
            if point == .synchronized {
                try copy.train(6...7, states)
            } else {
                #expect(throws: SampleStateError.self) { try copy.step(6, states) }
            }
            #expect(try copy.all(copy.copy().resume(3)) == copy.reference(3))
        }
    }
}

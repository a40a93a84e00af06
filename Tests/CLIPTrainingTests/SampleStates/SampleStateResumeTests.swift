import Foundation
import Testing

@testable import CLIPTraining

@Suite struct SampleStateResumeTests {
    private let fixture: SampleStateFixture

    init() throws { fixture = try SampleStateFixture() }

    @Test func changesAfterTheCheckpointAreUndone() throws {
        do {
            let states = try fixture.create()
            try fixture.train(1...8, states)
            #expect(try fixture.all(states) == fixture.reference(8))
        }
        let states = try fixture.resume(6)
        #expect(states.warnings.isEmpty)
        #expect(try fixture.all(states) == fixture.reference(6))
        try fixture.train(7...11, states)
        #expect(try fixture.all(states) == fixture.reference(11))
    }

    @Test func anOlderCheckpointIsReachedThroughSeveralJournals() throws {
        do { try fixture.train(1...11, every: 3, fixture.create()) }
        #expect(
            fixture.folder.names("run/states") == ["journal-6.bin", "journal-9.bin", "live.bin"]
        )
        let states = try fixture.resume(6)
        #expect(try fixture.all(states) == fixture.reference(6))
        #expect(
            fixture.folder.names("run/states") == ["journal-6.bin", "journalled.bits", "live.bin"]
        )
        try fixture.train(7...12, states)
        #expect(try fixture.all(states) == fixture.reference(12))
    }

    @Test func aStepThatCannotBeHadIsRefused() throws {
        do { try fixture.train(1...11, fixture.create()) }
        let before = try fixture.contents()
        let pruned = SampleStateError.missingJournal(path: fixture.url("journal-3.bin").path, step: 3)
        #expect(throws: pruned) { try fixture.resume(3) }
        #expect(throws: SampleStateError.self) { try fixture.resume(7) }
        #expect(try fixture.contents() == before)
        do { _ = try fixture.resume(6) }
        // The steps after it are gone, whatever checkpoints are found later.
        let gone = SampleStateError.rolledBack(path: fixture.url("live.bin").path, to: 6, wanted: 9)
        #expect(throws: gone) { try fixture.resume(9) }
        #expect(try fixture.all(fixture.resume(6)) == fixture.reference(6))
    }

    @Test func aGapBetweenJournalsIsFound() throws {
        do {
            let states = try fixture.create()
            for number in 1...9 {
                try fixture.step(number, states)
                if number % 3 == 0 { try states.checkpoint(step: number) }
            }
            try fixture.step(10, states)
        }
        for name in ["journal-3.bin", "journal-9.bin"] {
            let copy = try fixture.copy()
            try FileManager.default.removeItem(at: copy.url(name))
            let missing = SampleStateError.missingJournal(path: copy.url(name).path, step: 0)
            #expect(throws: missing) { try copy.resume(0) }
        }
        #expect(try fixture.all(fixture.resume(0)) == fixture.reference(0))
    }

    @Test func aCheckpointWithoutChangesIsNoNewOne() throws {
        let states = try fixture.create()
        try states.checkpoint(step: 0)
        try fixture.step(1, states)
        #expect(throws: SampleStateError.order(step: 0, interval: 0)) { try states.checkpoint(step: 0) }
        try states.checkpoint(step: 1)
        try states.checkpoint(step: 1)
        try states.checkpoint(step: 2)
        #expect(throws: SampleStateError.order(step: 1, interval: 2)) { try states.checkpoint(step: 1) }
        #expect(try fixture.all(fixture.copy().resume(0)) == fixture.reference(0))
        #expect(try fixture.all(fixture.copy().resume(1)) == fixture.reference(1))
        #expect(try fixture.all(fixture.copy().resume(2)) == fixture.reference(1))
    }

    @Test func aMissingFileIsNamedAndFreshStateHelps() throws {
        do { try fixture.train(1...8, fixture.create()) }
        try FileManager.default.removeItem(at: fixture.url("live.bin"))
        let missing = SampleStateError.missing(path: fixture.url("live.bin").path, step: 6)
        #expect(throws: missing) { try fixture.resume(6) }
        #expect(missing.description.contains("states/live.bin is missing"))
        #expect(missing.description.contains("--fresh-state"))
        do {
            let states = try fixture.resume(6, fresh: true)
            #expect(try fixture.all(states) == fixture.reference(0))
            try fixture.step(7, states)
        }
        #expect(try fixture.all(fixture.resume(6)) == fixture.reference(0))
        #expect(throws: SampleStateError.self) { try fixture.resume(3) }
    }

    @Test func aRunWithoutStateIsNamed() throws {
        #expect(throws: SampleStateError.missing(path: fixture.url("live.bin").path, step: 3)) {
            try fixture.resume(3)
        }
        #expect(fixture.folder.names("run").isEmpty)
    }

    @Test func otherObjectivesAreRefused() throws {
        do { try fixture.train(1...4, fixture.create()) }
        let before = try fixture.contents()
        fixture.width = 8
        let error = SampleStateError.otherWidth(path: fixture.url("live.bin").path, found: 2, expected: 8)
        #expect(throws: error) { try fixture.resume(3) }
        #expect(try fixture.contents() == before)
        #expect(try fixture.resume(3, fresh: true).width == 8)
    }

    @Test func thereIsOneWriter() throws {
        let states = try fixture.create()
        let inUse = SampleStateError.inUse(path: fixture.url("live.bin").path)
        #expect(throws: inUse) { try fixture.resume(0) }
        #expect(throws: inUse) { try fixture.resume(0, fresh: true) }
        try fixture.step(1, states)
        #expect(try fixture.all(states) == fixture.reference(1))
    }

    @Test func thereIsOneWritingProcess() async throws {
        let folder = try TemporaryDirectory(sharedBy: getpid(), "writer")
        let fixture = try SampleStateFixture(in: folder)
        let states = try fixture.create()
        try fixture.step(1, states)
        await #expect(processExitsWith: .success) {
            let run = TemporaryDirectory.url(sharedBy: getppid(), "writer").appending(path: "run")
            let directory = SampleStateDirectory(run: run)
            let inUse = SampleStateError.inUse(path: directory.liveFile.path)
            #expect(throws: inUse) {
                try directory.resume(width: 2, numbering: FakeNumbering(ordinalCount: 40), step: 0)
            }
        }
        #expect(try fixture.all(states) == fixture.reference(1))
    }

    @Test func pagesThatDidNotReachTheDiskAreTold() throws {
        let other = BootIdentity(high: 1, low: 2)
        do {
            let states = try fixture.create()
            try fixture.train(1...4, states)
            // Killed, and resumed on the same system.
            #expect(try fixture.copy().resume(3).warnings.isEmpty)
            // All pages reached the disk, as the digest shows.
            let lucky = try fixture.copy()
            lucky.directory.boot = other
            #expect(try lucky.resume(3).warnings.isEmpty)
            // A record of which nothing is known that is not as it was.
            let crashed = try fixture.copy()
            crashed.directory.boot = other
            let known = try JournalReader(crashed.url("journal-3.bin"))
            var changed: Set<Int64> = []
            try known.undo { _, ordinal in changed.insert(ordinal) }
            let ordinal = try #require((0..<40).first { !changed.contains(Int64($0)) })
            try crashed.folder.corrupt(
                "\(crashed.run.lastPathComponent)/states/live.bin",
                at: SampleStateHeader.byteCount + 8 * ordinal
            )
            let mixed = SampleStateWarning.mayBeMixed(path: crashed.url("live.bin").path, session: 1)
            do { #expect(try crashed.resume(3).warnings == [mixed]) }
            // With that, the run went on.
            #expect(try crashed.resume(3).warnings.isEmpty)
        }
        // Closed.
        fixture.directory.boot = other
        #expect(try fixture.resume(3).warnings.isEmpty)
        fixture.directory.boot = BootIdentity.current()
        #expect(try fixture.resume(3).warnings.isEmpty)
    }

    @Test func theSystemSaysWhichStartItIs() {
        #expect(BootIdentity.current() != .unknown)
        #expect(BootIdentity.current() == BootIdentity.current())
    }
}

import CLIPObjectives
import Foundation
import Testing

@testable import CLIPTraining

/// Savepoints over the state on the disk: what is restored goes through the journals like any other change.
@Suite struct RevertibleStoredStatesTests {
    private let fixture: SampleStateFixture

    init() throws { fixture = try SampleStateFixture() }

    /// Takes two steps, a checkpoint, one more step, and a trial of three steps that leaves nothing.
    private func trial(_ stored: StoredSampleStates, checkpoint: Bool = true) throws -> [Float] {
        let states = RevertibleSampleStates(stored)
        for number in 1...2 { try fixture.step(number, states) }
        if checkpoint { try fixture.save(2, stored) }
        try fixture.step(3, states)
        let known = try fixture.all(states)
        let savepoint = states.savepoint()
        for number in 11...12 { try fixture.step(number, states) }
        let inner = states.savepoint()
        try fixture.step(13, states)
        try states.restore(inner)
        #expect(try fixture.all(stored) != known)
        try states.restore(savepoint)
        states.discard(savepoint)
        #expect(try fixture.all(stored) == known)
        return known
    }

    @Test func aCheckpointAfterATrialHoldsTheSavepoint() throws {
        let stored = try fixture.create()
        let known = try trial(stored)
        #expect(try known == fixture.reference(3))
        try fixture.save(3, stored)
        try fixture.step(4, stored)
        try stored.close()
        #expect(try fixture.all(fixture.resume(3)) == known)
    }

    @Test func theCheckpointBeforeATrialIsStillThere() throws {
        do { _ = try trial(fixture.create()) }
        #expect(try fixture.all(fixture.resume(2)) == fixture.reference(2))
    }

    /// A process that dies at any point of a trial, or of going back, resumes at the checkpoint before it.
    @Test(arguments: [SampleStateStage.journalled, .marked, .changed])
    func aCrashInATrialResumesBeforeIt(stage: SampleStateStage) throws {
        var copies: [SampleStateFixture] = []
        let (fixture, isArmed) = (fixture, Flag())
        fixture.directory.onStage = { passed in
            if passed == stage, isArmed.value { copies.append(try fixture.copy()) }
        }
        let stored = try fixture.create()
        try fixture.step(1, stored)
        try fixture.save(1, stored)
        isArmed.value = true
        let states = RevertibleSampleStates(stored)
        let savepoint = states.savepoint()
        for number in 11...13 { try fixture.step(number, states) }
        try states.restore(savepoint)
        isArmed.value = false
        #expect(copies.count >= 3)
        for copy in copies {
            #expect(try copy.all(copy.resume(1)) == fixture.reference(1))
            try copy.remove()
        }
    }

    private final class Flag { var value = false }
}

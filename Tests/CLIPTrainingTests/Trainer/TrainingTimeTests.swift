import CLIPData
import Testing

@testable import CLIPTraining

/// What of the time that passes is time of training.
@Suite struct TrainingTimeTests {
    @Test func aStandstillCountsAsALongStep() {
        var time = TrainingTime { 0 }
        let counted = ([0.5, 0.5, 0.6, 0.4, 20, 0.5] as [Double]).map { time.step($0) }
        #expect(counted == [0.5, 0.5, 0.6, 0.4, 5, 0.5])
    }

    @Test func shortStepsMayTakeASecond() {
        var time = TrainingTime { 0 }
        #expect([0.01, 0.8, 20, 0.01].map { time.step($0) } == [0.01, 0.8, 1, 0.01])
    }

    @Test func theFirstStepCountsInFull() {
        var time = TrainingTime { 0 }
        #expect(time.step(300) == 300)
        #expect(time.step(-1) == 0)
    }

    @Test func whatBecomesSlowForGoodCountsInFullSoon() {
        var time = TrainingTime { 0 }
        for _ in 0..<100 { _ = time.step(1) }
        let slow = (0..<40).map { _ in time.step(30) }
        #expect(slow.prefix(10).allSatisfy { $0 == 10 } && slow.suffix(20).allSatisfy { $0 == 30 })
    }

    /// A save right after a line of metrics waits for nothing, and that is not what a wait usually takes.
    @Test func aWaitBehindNoStepSaysNothingOfTheUsual() {
        var time = TrainingTime { 0 }
        let counted = (0..<40).map { _ in
            for _ in 0..<10 { _ = time.step(0.001) }
            let waited = time.wait(8)
            return waited + time.wait(0)
        }
        #expect(counted.allSatisfy { $0 == 8 })
    }

    /// A device works on all steps since the last wait.
    @Test func waitsCountByTheirSteps() {
        var time = TrainingTime { 0 }
        func waited(_ seconds: Double, after steps: Int) -> Double {
            for _ in 0..<steps { _ = time.step(0.001) }
            return time.wait(seconds)
        }
        #expect(waited(0.5, after: 1) == 0.5)
        #expect(waited(50, after: 100) == 50)
        #expect(waited(50, after: 2) == 10)
    }

    @Test func aTrainerCountsByTheClockThatItIsGiven() throws {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer()
        defer { trainer.loader.shutdown() }
        var now = 0.0, reads = 0
        let lengths = [0.5, 0.5, 0.5, 20, 0.5]
        // Each step reads the clock when it begins and when it ends.
        trainer.time = TrainingTime {
            if reads % 2 == 1 { now += lengths[reads / 2] }
            reads += 1
            return now
        }
        var elapsed: [Double] = []
        for _ in lengths {
            try trainer.step()
            elapsed.append(trainer.position.elapsedSeconds)
        }
        #expect(elapsed == [0.5, 1, 1.5, 6.5, 7])
    }
}

import Foundation
import Synchronization
import Testing

@testable import CLIPTraining

/// Processes that are killed for real.
@Suite struct SampleStateKillTests {
    /// Trains until another thread has counted enough steps and kills the process in the middle of one.
    private static func trainUntilKilled(in folder: URL) throws {
        let plan = try JSONDecoder().decode(Plan.self, from: Data(contentsOf: folder.appending(path: "plan")))
        let fixture = Self.fixture(folder.appending(path: "run"), try TemporaryDirectory(in: folder))
        let newest = try fixture.checkpoints.newestValid()?.step
        let states = try newest.map { try fixture.resume($0) } ?? fixture.create()
        let counter = StepCounter()
        Thread.detachNewThread {
            while counter.value.load(ordering: .relaxed) < plan.steps {}
            // Some part of a step.
            for _ in 0..<plan.spins { _ = counter.value.load(ordering: .relaxed) }
            kill(getpid(), SIGKILL)
        }
        if newest == nil { try fixture.save(0, states) }
        for number in (newest ?? 0) + 1..<Int.max {
            try fixture.train(number...number, every: 5, states)
            counter.value.add(1, ordering: .relaxed)
        }
    }

    /// When a process is to die.
    private struct Plan: Codable {
        var steps: Int
        var spins: Int
    }

    private final class StepCounter: Sendable {
        let value = Atomic(0)
    }

    private static func fixture(_ run: URL, _ folder: TemporaryDirectory) -> SampleStateFixture {
        let fixture = SampleStateFixture(run: run, folder: folder)
        fixture.count = 3000
        fixture.batch = 700
        return fixture
    }

    @Test func aKilledRunIsRolledBackExactly() async throws {
        let folder = try TemporaryDirectory(sharedBy: getpid(), "kill")
        let run = folder.url.appending(path: "run")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        let fixture = Self.fixture(run, folder)
        var last = 0
        for steps in [4, 5, 7, 9, 10, 12] {
            let spins = Int.random(in: 0..<1_000_000)
            let plan = try JSONEncoder().encode(Plan(steps: steps, spins: spins))
            try plan.write(to: folder.url.appending(path: "plan"))
            await #expect(processExitsWith: .signal(SIGKILL)) {
                let folder = TemporaryDirectory.url(sharedBy: getppid(), "kill")
                try SampleStateKillTests.trainUntilKilled(in: folder)
            }
            let saved = try fixture.checkpoints.checkpoints().map(\.step)
            for step in saved {
                let copy = try fixture.copy()
                let states = try copy.resume(step)
                #expect(states.warnings.isEmpty)
                #expect(
                    try copy.all(states) == copy.reference(step),
                    "after \(steps) steps and \(spins) spins"
                )
                try states.close()
                try copy.remove()
            }
            last = try #require(saved.last)
        }
        #expect(last >= 15)
    }

    /// Limits and signals belong to a whole process.
    @Test func aFullDiskIsAnErrorAndNoCrash() async {
        await #expect(processExitsWith: .success) {
            let fixture = try SampleStateFixture()
            fixture.count = 10_000
            fixture.width = 1
            let states = try fixture.create()
            try fixture.step(1, states)
            let live = fixture.url("live.bin").path
            let journal = fixture.url("journal-0.bin").path
            let before = try fixture.contents()
            signal(SIGXFSZ, SIG_IGN)

            // The journal ends inside a piece.
            let all = (0..<10_000).map { Int64($0) }
            let ones = [Float](repeating: 1, count: 10_000)
            Self.limitFiles(to: 100_003)
            let large = "File too large"
            #expect(throws: SampleStateError.system(operation: "write", path: journal, reason: large)) {
                try states.write(ones, at: all)
            }
            #expect(try fixture.contents() == before)

            // The live file takes the first record and not the last.
            Self.limitFiles(to: 20_000)
            #expect(throws: SampleStateError.system(operation: "write", path: live, reason: large)) {
                try states.write([5, 6], at: [0, 9999])
            }
            #expect(try states.read([0, 9999]) == [5, 0])

            Self.limitFiles(to: Int(Int32.max))
            #expect(try fixture.all(fixture.copy().resume(0)) == fixture.reference(0))
            try states.write(ones, at: all)
            #expect(try fixture.all(states) == ones)
            #expect(try fixture.all(fixture.copy().resume(0)) == fixture.reference(0))
        }
    }

    private static func limitFiles(to bytes: Int) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        limit.rlim_cur = rlim_t(bytes)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    }
}

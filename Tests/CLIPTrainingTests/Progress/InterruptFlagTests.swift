import Foundation
import RemoteFiles
import Synchronization
import Testing

@testable import CLIPTraining

/// Signals belong to a process, so that each of these has one.
@Suite(.timeLimit(.minutes(15))) struct InterruptFlagTests {
    private static func disposition(_ number: Int32) -> Int {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    }

    /// A signal may go to another thread; it arrives in its own time.
    private static func wait(for condition: () -> Bool) {
        while !condition() { usleep(1000) }
    }

    @Test func theFirstSignalIsNotedAndTheSecondIsDefault() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
            let flag = InterruptFlag()
            #expect(!flag.isRaised && !flag.stop.isStopped && flag.signal == nil)
            let told = StopSignal()
            flag.tell { told.stop() }
            kill(getpid(), SIGINT)
            InterruptFlagTests.wait { told.isStopped }
            guard flag.isRaised, flag.stop.isStopped, flag.signal == SIGINT else { exit(1) }
            guard InterruptFlagTests.disposition(SIGINT) == 0 else { exit(2) }
            kill(getpid(), SIGTERM)
            while true { usleep(1000) }
        }
    }

    @Test func whatTheParentIgnoresIsNotListenedTo() async {
        await #expect(processExitsWith: .success) {
            signal(SIGINT, SIG_IGN)
            signal(SIGTERM, SIG_DFL)
            let flag = InterruptFlag(signals: [SIGINT, SIGTERM])
            #expect(InterruptFlagTests.disposition(SIGINT) == 1)
            kill(getpid(), SIGINT)
            #expect(!flag.isRaised)
            kill(getpid(), SIGTERM)
            InterruptFlagTests.wait { flag.isRaised }
            // Neither does the other signal bring it back.
            #expect(flag.signal == SIGTERM && InterruptFlagTests.disposition(SIGINT) == 1)
        }
    }

    @Test func workThatStandsStillIsEnded() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            signal(SIGTERM, SIG_DFL)
            let flag = InterruptFlag(signals: [SIGTERM])
            try flag.abandoning {
                kill(getpid(), SIGTERM)
                while true { usleep(1000) }
            }
        }
    }

    @Test func workThatEndsByItselfHasTheTimeToSave() async {
        await #expect(processExitsWith: .exitCode(7)) {
            signal(SIGTERM, SIG_DFL)
            let flag = InterruptFlag(signals: [SIGTERM])
            let interruption = #expect(throws: Interruption.self) {
                try flag.abandoning {
                    kill(getpid(), SIGTERM)
                    while true {
                        try flag.stop.check()
                        usleep(1000)
                    }
                }
            }
            guard interruption == Interruption(signal: SIGTERM) else { exit(1) }
            // Longer than what could be given up would have.
            sleep(2)
            exit(7)
        }
    }

    @Test func aFlagThatAProgramRaises() throws {
        let flag = InterruptFlag(signals: [])
        let told = Mutex(0)
        flag.tell { told.withLock { $0 += 1 } }
        #expect(try flag.abandoning { 3 } == 3)
        flag.raise()
        flag.raise()
        #expect(flag.isRaised && flag.signal == nil && told.withLock { $0 } == 1)
        // Who comes late hears it at once.
        flag.tell { told.withLock { $0 += 10 } }
        #expect(told.withLock { $0 } == 11)
        #expect(throws: Interruption()) { try flag.abandoning { Issue.record("it began") } }
        #expect(!InterruptFlag(signals: []).isRaised)
    }

    @Test func errorsOfWorkThatWasGivenUpAreInterruptions() throws {
        struct Failure: Error {}
        let flag = InterruptFlag(signals: [])
        #expect(throws: Failure.self) { try flag.abandoning { throw Failure() } }
        #expect(throws: Interruption()) {
            try flag.abandoning {
                flag.raise()
                throw Failure()
            }
        }
        // What was done all the same is done.
        let other = InterruptFlag(signals: [])
        let value = try other.abandoning {
            other.raise()
            return 5
        }
        #expect(value == 5)
    }
}

public import Foundation
import Synchronization

/// The number of the signal that came, or zero.
///
/// A signal handler gets no context, so this one word is the process's; it is only ever set by the handler.
private let receivedSignal = Atomic<Int32>(0)

/// Tells a loop that somebody pressed Ctrl-C: the first time asks it to stop in good order, the second ends it.
public struct InterruptFlag: Sendable {
    private let signals: [Int32]

    /// Starts listening; the first of these signals is noted, and the next one has its default effect.
    public init(signals: [Int32] = [SIGINT, SIGTERM, SIGHUP]) {
        self.signals = signals
        guard !signals.isEmpty else { return }
        receivedSignal.store(0, ordering: .sequentiallyConsistent)
        for number in signals {
            // nohup ignores SIGHUP, and so does a run under it.
            var current = sigaction()
            sigaction(number, nil, &current)
            if number == SIGHUP, unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) == 1 {
                continue
            }
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                // Only calls that are safe inside a signal handler.
                receivedSignal.store(number, ordering: .sequentiallyConsistent)
                Foundation.signal(SIGINT, SIG_DFL)
                Foundation.signal(SIGTERM, SIG_DFL)
                Foundation.signal(number, SIG_DFL)
            }
            // Reads and writes in other threads go on undisturbed.
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
    }

    /// The signal that came, or nil; a flag that listens to none never sees one.
    public var signal: Int32? {
        let number = receivedSignal.load(ordering: .sequentiallyConsistent)
        return signals.contains(number) ? number : nil
    }

    /// Whether the work in hand should be finished and saved.
    public var isRaised: Bool { signal != nil }
}

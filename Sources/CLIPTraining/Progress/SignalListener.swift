import Foundation
import Synchronization

/// The number of the signal that came, or zero.
///
/// A signal handler gets no context, so these words are the process's: the handler sets this one, and reads the others.
private let receivedSignal = Atomic<Int32>(0)
/// One bit for each signal that is listened to.
private let listenedSignals = Atomic<UInt64>(0)
/// Where the handler writes a byte, so that a thread wakes up.
private let alarm = Atomic<Int32>(-1)

/// Hears signals for the process. Who listens last is told.
enum SignalListener {
    /// The signal that came since the last call of ``listen(to:_:)``.
    static var received: Int32? {
        let number = receivedSignal.load(ordering: .sequentiallyConsistent)
        return number == 0 ? nil : number
    }

    /// Listens to the first of these signals to come; the next one has its default effect.
    ///
    /// What the parent process has the program ignore stays ignored: SIGHUP under nohup, SIGINT in the background of a
    /// script.
    /// - Parameter heard: Called once, on a thread of its own.
    /// - Returns: Those that are listened to.
    static func listen(to signals: [Int32], _ heard: @escaping @Sendable (Int32) -> Void) -> [Int32] {
        let signals = signals.filter { !isIgnored($0) }
        guard !signals.isEmpty else { return [] }
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            let reader = ends[0]
            Thread.detachNewThread {
                var byte: UInt8 = 0
                while true {
                    let count = read(reader, &byte, 1)
                    if count == 1 { break }
                    guard count < 0, errno == EINTR else { return }
                }
                if let number = received { heard(number) }
            }
        }
        receivedSignal.store(0, ordering: .sequentiallyConsistent)
        alarm.store(ends[1], ordering: .sequentiallyConsistent)
        listenedSignals.store(signals.reduce(0) { $0 | 1 << UInt64($1) }, ordering: .sequentiallyConsistent)
        for number in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { SignalListener.handle($0) }
            // Reads and writes in other threads go on undisturbed.
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
        return signals
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var current = sigaction()
        sigaction(number, nil, &current)
        return unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// Only calls that are safe inside a signal handler.
    private static func handle(_ number: Int32) {
        let before = errno
        receivedSignal.store(number, ordering: .sequentiallyConsistent)
        restore(SIGINT)
        restore(SIGTERM)
        restore(SIGHUP)
        restore(number)
        var byte: UInt8 = 1
        _ = write(alarm.load(ordering: .sequentiallyConsistent), &byte, 1)
        errno = before
    }

    private static func restore(_ number: Int32) {
        let listened = listenedSignals.load(ordering: .sequentiallyConsistent)
        if listened & 1 << UInt64(number) != 0 { signal(number, SIG_DFL) }
    }
}

public import Foundation
public import RemoteFiles
import Synchronization

/// The one place that hears Ctrl-C: the first time asks work to stop in good order, the second ends the process.
///
/// Loops look at ``isRaised``; what waits for servers, commands and threads is given ``stop``.
public struct InterruptFlag: Sendable {
    /// Raised with the flag, for what is to end by itself.
    public var stop: StopSignal { state.stop }
    private let state: State
    private let signals: [Int32]

    /// Starts listening; the first of these signals is noted, and the next one has its default effect. Signals that the
    /// process was started to ignore stay ignored.
    public init(signals: [Int32] = [SIGINT, SIGTERM, SIGHUP]) {
        let state = State()
        self.state = state
        self.signals = SignalListener.listen(to: signals) { state.raise(for: $0) }
    }

    /// The signal that came, or nil; a flag that listens to none never sees one.
    public var signal: Int32? {
        SignalListener.received.flatMap { signals.contains($0) ? $0 : nil }
    }

    /// Whether the work in hand should be finished and saved.
    public var isRaised: Bool { signal != nil || stop.isStopped }

    /// Raises the flag as a signal would.
    public func raise() { state.raise(for: nil) }

    /// Says who is told once the flag is raised, on another thread than the one that works; at once where it is raised.
    ///
    /// - Parameter listener: nil for nobody any more.
    public func tell(_ listener: (@Sendable () -> Void)?) { state.tell(listener) }

    /// Runs what can be given up without loss.
    ///
    /// Once a signal comes, `body` has a second to end by itself and to remove what is half made; then the signal has its
    /// default effect.
    ///
    /// - Throws: ``Interruption`` in place of any error, where the flag is raised; what `body` throws.
    public func abandoning<Result>(_ body: () throws -> Result) throws -> Result {
        state.setAbandoning(true)
        defer { state.setAbandoning(false) }
        if isRaised { throw Interruption(signal: signal) }
        do {
            return try body()
        } catch {
            throw isRaised ? Interruption(signal: signal) : error
        }
    }
}

extension InterruptFlag {
    private final class State: Sendable {
        private struct Values {
            var isAbandoning = false
            var listener: (@Sendable () -> Void)?
        }

        /// What work that can be given up has for its end.
        private static let grace = 1.0
        let stop = StopSignal()
        private let values = Mutex(Values())

        func setAbandoning(_ isAbandoning: Bool) { values.withLock { $0.isAbandoning = isAbandoning } }

        func tell(_ listener: (@Sendable () -> Void)?) {
            let isLate = values.withLock { values in
                values.listener = listener
                return stop.isStopped
            }
            if isLate { listener?() }
        }

        func raise(for signal: Int32?) {
            let (listener, isAbandoning) = values.withLock { values in
                defer { stop.stop() }
                return (stop.isStopped ? nil : values.listener, values.isAbandoning)
            }
            listener?()
            guard let signal, isAbandoning else { return }
            Thread.sleep(forTimeInterval: Self.grace)
            // Nobody begins anything that is to be kept meanwhile.
            values.withLock { values in
                if values.isAbandoning { kill(getpid(), signal) }
            }
        }
    }
}

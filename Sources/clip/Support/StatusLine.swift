import Foundation
import Synchronization

/// One line on standard error that says how far something is: rewritten in place for people, now and then for logs.
final class StatusLine: Sendable {
    private struct State {
        var last: ContinuousClock.Instant?
        var width = 0
    }

    private let state = Mutex(State())
    private let interval: Duration
    private let isInteractive = Console.isInteractive

    /// - Parameter seconds: How often people see a new text; logs see a tenth of that.
    init(every seconds: Double) {
        interval = .seconds(isInteractive ? seconds / 5 : seconds * 10)
    }

    /// Shows a text, unless the last one is too young.
    func update(_ text: @autoclosure () -> String) {
        state.withLock { state in
            let now = ContinuousClock.now
            // The first report of a short job would only be noise.
            guard let last = state.last else {
                state.last = now
                return
            }
            guard now - last >= interval else { return }
            state.last = now
            show(text(), &state)
        }
    }

    /// Clears the line.
    func finish() {
        state.withLock { state in
            guard isInteractive, state.width > 0 else { return }
            Console.status("\r" + String(repeating: " ", count: state.width) + "\r")
            state.width = 0
        }
    }

    private func show(_ text: String, _ state: inout State) {
        guard isInteractive else { return Console.note(text) }
        let padding = String(repeating: " ", count: max(0, state.width - text.count))
        Console.status("\r" + text + padding)
        state.width = text.count
    }
}

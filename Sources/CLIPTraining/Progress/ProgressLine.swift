public import Foundation
import Synchronization

/// Shows the progress of a run: one line that is rewritten on a terminal, a new line every few seconds elsewhere.
///
/// Messages may come from any thread.
public final class ProgressLine: Sendable {
    private struct State {
        var pace: TrainingPace?
        var started: TrainingPosition
        var title: String?
        var lastShown: Double?
        var pending: String?
        var isLineOpen = false
    }

    private let state: Mutex<State>
    private let output: FileHandle
    private let isTerminal: Bool
    private let interval: Double

    /// Makes a progress line for a run.
    ///
    /// - Parameters:
    ///   - pace: The length of the stage; nil until ``begin(pace:at:title:)``.
    ///   - started: Where this session began, so that a resumed run tells the time left rightly.
    ///   - output: Where to write; standard error by default.
    ///   - isTerminal: Whether the line can be rewritten; found out by default.
    ///   - interval: Seconds between lines; by default 0.2 on a terminal and 10 elsewhere.
    public init(
        pace: TrainingPace? = nil,
        started: TrainingPosition = TrainingPosition(),
        output: FileHandle = .standardError,
        isTerminal: Bool? = nil,
        interval: Double? = nil
    ) {
        state = Mutex(State(pace: pace, started: started))
        self.output = output
        self.isTerminal = isTerminal ?? (isatty(output.fileDescriptor) == 1)
        self.interval = interval ?? (self.isTerminal ? 0.2 : 10)
    }

    /// Shows the progress of another stage from now on.
    ///
    /// - Parameters:
    ///   - started: Where this session of the stage begins.
    ///   - title: What the line calls the stage; nil for nothing.
    func begin(pace: TrainingPace, at started: TrainingPosition, title: String?) {
        state.withLock { state in
            showPending(&state)
            closeLine(&state)
            (state.pace, state.started, state.title) = (pace, started, title)
            state.lastShown = nil
        }
    }

    /// Shows metrics, unless the last ones were shown a moment ago.
    public func update(_ metrics: TrainingMetrics) {
        state.withLock { state in
            guard let pace = state.pace else { return }
            let text = ProgressText.line(metrics, pace: pace, started: state.started, title: state.title)
            guard state.lastShown.map({ metrics.elapsedSeconds - $0 >= interval }) ?? true else {
                state.pending = text
                return
            }
            state.lastShown = metrics.elapsedSeconds
            show(text, &state)
        }
    }

    /// Writes a message on a line of its own, above the progress.
    public func message(_ text: String) {
        state.withLock { state in
            closeLine(&state)
            put(text + "\n")
        }
    }

    /// Shows the last metrics and ends the line.
    public func finish() {
        state.withLock { state in
            showPending(&state)
            closeLine(&state)
        }
    }

    private func showPending(_ state: inout State) {
        if let pending = state.pending { show(pending, &state) }
    }

    private func show(_ text: String, _ state: inout State) {
        state.pending = nil
        guard isTerminal else { return put(text + "\n") }
        // The line is cut to the terminal, since a wrapped line cannot be rewritten.
        let shown = columns.map { String(text.prefix(max($0 - 1, 1))) } ?? text
        put("\r\u{1B}[K" + shown)
        state.isLineOpen = true
    }

    private func closeLine(_ state: inout State) {
        guard state.isLineOpen else { return }
        put("\n")
        state.isLineOpen = false
    }

    private var columns: Int? {
        var size = winsize()
        guard ioctl(output.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// A terminal that went away must not end the training.
    private func put(_ text: String) {
        try? output.write(contentsOf: Data(text.utf8))
    }
}

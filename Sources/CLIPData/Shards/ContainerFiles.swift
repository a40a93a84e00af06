import Synchronization

/// Opens containers when they are first read, and closes those that are not read any more.
final class ContainerFiles: Sendable {
    private struct State {
        var opened: [OpenedContainer?]
        /// Whether somebody said which are read.
        var hasWindow = false
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(opened: Array(repeating: nil, count: count)))
    }

    /// Whether containers are read window by window, so that whole ones are worth fetching.
    var readsWindows: Bool { state.withLock { $0.hasWindow } }

    /// The content of a container, which `open` gives the first time.
    func content(
        _ number: Int,
        open: () throws -> OpenedContainer
    ) throws -> OpenedContainer {
        if let content = state.withLock({ $0.opened[number] }) { return content }
        let content = try open()
        return state.withLock { state in
            // Two threads may have come here at a time; one mapping is enough.
            if let other = state.opened[number] { return other }
            state.opened[number] = content
            return content
        }
    }

    /// Closes all containers but these.
    func keep(_ window: Set<Int>) {
        // What is closed is released outside the lock.
        let closed = state.withLock { state in
            state.hasWindow = true
            var closed: [OpenedContainer] = []
            for number in state.opened.indices where !window.contains(number) {
                if let content = state.opened[number] { closed.append(content) }
                state.opened[number] = nil
            }
            return closed
        }
        withExtendedLifetime(closed) {}
    }
}

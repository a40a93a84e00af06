import RemoteFiles
import Synchronization

/// Opens containers when they are first read, and closes those that are not read any more.
final class ContainerFiles: Sendable {
    private struct State {
        var opened: [OpenedContainer?]
        /// Those that are being opened.
        var flights: [Int: Flight<OpenedContainer>] = [:]
        /// Whether somebody said which are read.
        var hasWindow = false
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(opened: Array(repeating: nil, count: count)))
    }

    /// Whether containers are read window by window, so that whole ones are worth fetching.
    var readsWindows: Bool { state.withLock { $0.hasWindow } }

    /// The content of a container, which `open` gives the first time. Who comes meanwhile waits for it.
    ///
    /// - Parameter stop: Ends the wait for another thread.
    func content(
        _ number: Int,
        stop: StopSignal?,
        open: () throws -> OpenedContainer
    ) throws -> OpenedContainer {
        while true {
            switch claim(number) {
            case .opened(let content): return content
            case .others(let flight):
                // Of one that was stopped nothing is known.
                if let content = try flight.wait(stop) { return content }
            case .own(let flight):
                let result = Result { try open() }
                state.withLock { state in
                    state.flights[number] = nil
                    if case .success(let content) = result { state.opened[number] = content }
                }
                flight.finish(result.mapError { Self.isStop($0) ? RemoteError.stopped : $0 })
                return try result.get()
            }
        }
    }

    /// The content of a container that is opened another way, where that was not done since.
    func content(
        _ number: Int,
        inPlaceOf old: OpenedContainer,
        stop: StopSignal?,
        open: () throws -> OpenedContainer
    ) throws -> OpenedContainer {
        state.withLock { state in
            if state.opened[number] === old { state.opened[number] = nil }
        }
        return try content(number, stop: stop, open: open)
    }

    private enum Claim {
        case opened(OpenedContainer)
        case own(Flight<OpenedContainer>)
        case others(Flight<OpenedContainer>)
    }

    private func claim(_ number: Int) -> Claim {
        state.withLock { state in
            if let content = state.opened[number] { return .opened(content) }
            if let flight = state.flights[number] { return .others(flight) }
            let flight = Flight<OpenedContainer>()
            state.flights[number] = flight
            return .own(flight)
        }
    }

    private static func isStop(_ error: any Error) -> Bool { error as? ShardError == .remote(.stopped) }

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

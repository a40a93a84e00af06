import Synchronization

/// Opens containers when they are first read and keeps them open.
final class ContainerFiles: Sendable {
    private let opened: Mutex<[OpenedContainer?]>

    init(count: Int) {
        opened = Mutex(Array(repeating: nil, count: count))
    }

    /// The content of a container, which `open` gives the first time.
    func content(
        _ number: Int,
        open: () throws -> OpenedContainer
    ) throws -> OpenedContainer {
        if let content = opened.withLock({ $0[number] }) { return content }
        let content = try open()
        return opened.withLock { opened in
            // Two threads may have come here at a time; one mapping is enough.
            if let other = opened[number] { return other }
            opened[number] = content
            return content
        }
    }
}

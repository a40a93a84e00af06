import Synchronization

/// What encoding one text needs, kept for the next one.
protocol TextWorkspace: Sendable {
    init()
    /// The cleaned text in UTF-8.
    var cleaned: [UInt8] { get set }
    /// Lets go of buffers of more than so many bytes.
    mutating func shrink(above limit: Int)
}

extension TextWorkspace {
    mutating func shrink(above limit: Int) {
        if cleaned.capacity > limit { cleaned = [] }
    }
}

/// Workspaces that wait for their next text: each caller takes one for itself, so no lock is held while encoding.
final class WorkspacePool<Workspace: TextWorkspace>: Sendable {
    private let waiting = Mutex<[Workspace]>([])

    func take() -> Workspace {
        waiting.withLock { $0.popLast() } ?? Workspace()
    }

    func give(back workspace: consuming Workspace) {
        // A very long text leaves buffers behind that are not worth keeping.
        workspace.shrink(above: 1 << 20)
        let kept = workspace
        waiting.withLock { $0.append(kept) }
    }
}

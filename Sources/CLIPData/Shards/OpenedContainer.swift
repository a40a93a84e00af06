import RemoteFiles

/// A container's content, and what it looked like when it was opened.
final class OpenedContainer: Sendable {
    private enum Content: Sendable {
        case memory(any ByteOwner)
        case pages(PagedRemoteFile)
    }

    let version: ContainerVersion
    private let content: Content
    /// Keeps a file of the cache from being removed.
    private let lease: SpooledFile?

    /// Content in memory.
    init(_ owner: any ByteOwner, version: ContainerVersion, lease: SpooledFile? = nil) {
        content = .memory(owner)
        self.version = version
        self.lease = lease
    }

    /// Content that comes in pages.
    init(_ pages: PagedRemoteFile, version: ContainerVersion) {
        content = .pages(pages)
        self.version = version
        lease = nil
    }

    /// Whether its bytes come from a server when they are read.
    var isPaged: Bool { if case .pages = content { true } else { false } }

    /// All of the content, where it is in memory.
    var bytes: UnsafeRawBufferPointer {
        if case .memory(let owner) = content {
            owner.bytes
        } else {
            UnsafeRawBufferPointer(start: nil, count: 0)
        }
    }

    /// A field's bytes, or nil where they lie outside.
    ///
    /// - Throws: `ShardError.remote`.
    func field(_ record: FieldRecord, stop: StopSignal?) throws(ShardError) -> FieldBytes? {
        let count: Int
        switch content {
        case .memory(let owner): count = owner.bytes.count
        case .pages(let file): count = file.byteCount
        }
        guard record.offset <= UInt64(count), UInt64(record.size) <= UInt64(count) - record.offset else {
            return nil
        }
        let range = Int(record.offset)..<Int(record.offset) + Int(record.size)
        switch content {
        case .memory(let owner): return FieldBytes(LeasedBytes(owner, of: self), range)
        case .pages(let file):
            do {
                let bytes = try OwnedBytes(count: range.count) { try file.read(range, into: $0, stop: stop) }
                return FieldBytes(bytes, 0..<range.count)
            } catch {
                throw ShardError(reading: file.remote.name, error)
            }
        }
    }
}

/// Bytes of an opened container, which stays open as long as somebody reads them.
private final class LeasedBytes: ByteOwner {
    private let owner: any ByteOwner
    private let container: OpenedContainer

    init(_ owner: any ByteOwner, of container: OpenedContainer) {
        self.owner = owner
        self.container = container
    }

    var bytes: UnsafeRawBufferPointer { owner.bytes }
}

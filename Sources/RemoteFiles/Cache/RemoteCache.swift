import Foundation
import LocalFiles
import Synchronization

/// The folder of what was brought here, within a limit of bytes, shared by threads and processes.
///
/// What is written is first reserved in a counter that all processes share under one lock; where that exceeds the limit,
/// the folder is measured anew and what was used least recently is removed: whole files that nobody holds, and pages in
/// the order they came. A crash leaves the counter too high, never too low, and the next measuring corrects it.
public final class RemoteCache: Sendable {
    /// How it was set up.
    public let settings: CacheSettings
    /// The bytes that it may take.
    public let limit: Int
    let root: URL
    private let ledger: SharedFile
    /// The ledger's lock is the process's; this one keeps its threads apart.
    private let turn = NSLock()
    /// Bytes that this object has reserved and not written yet, which measuring does not find.
    private let unwritten = Mutex(0)

    /// Opens the folder, makes it where there is none, and removes what a killed process left half made.
    ///
    /// - Throws: ``RemoteError``.
    public init(settings: CacheSettings = CacheSettings()) throws {
        try settings.check()
        self.settings = settings
        root = URL(fileURLWithPath: settings.directory, isDirectory: true)
        for folder in ["files", "pages"] {
            let url = root.appending(path: folder)
            try RemoteError.local(url.path, "create") {
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            }
        }
        let place = root.appending(path: "cache.lock")
        ledger = try RemoteError.local(place.path, "open") { try SharedFile(opening: place, creates: true) }
        let used = CacheListing.byteCount(of: root)
        limit = settings.limit ?? min(20 << 30, (Self.freeBytes(at: root) + used) / 5 * 4)
        try locked {
            CacheListing.removeHalfMade(in: files)
            CacheListing.removeUnnamed(in: pages)
            try write(CacheListing.byteCount(of: root))
        }
    }

    /// The bytes that the folder takes on the disk.
    public var byteCount: Int { CacheListing.byteCount(of: root) }

    var files: URL { root.appending(path: "files") }
    var pages: URL { root.appending(path: "pages") }

    /// Makes room for bytes that are written next; ``settle(_:)`` follows when they are, or cannot be.
    ///
    /// - Throws: ``RemoteError/cacheFull(directory:needed:limit:)`` where what is in use leaves too little.
    func reserve(_ bytes: Int) throws {
        try locked {
            var used = try read() + bytes
            if used > limit {
                // Some of it may just have been written, and is counted twice: room is made for it, but it is no error.
                let pending = unwritten.withLock { $0 }
                used = CacheListing.byteCount(of: root) + pending + bytes
                // Some more than needed, so that not each page measures the folder.
                let target = limit - limit / 16
                if used > target { used -= CacheListing(root: root).evict(used - target) }
                if used > limit { used -= min(pending, used - limit) }
            }
            guard used <= limit else {
                try write(used - bytes)
                throw RemoteError.cacheFull(directory: root.path, needed: bytes, limit: limit)
            }
            try write(used)
            unwritten.withLock { $0 += bytes }
        }
    }

    /// Says that reserved bytes are in the folder, or will not be.
    func settle(_ bytes: Int) { unwritten.withLock { $0 -= bytes } }

    /// Gives back what was reserved and is not needed.
    func release(_ bytes: Int) {
        try? locked { try write(max(0, read() - bytes)) }
    }

    private func locked(_ body: () throws -> Void) throws {
        turn.lock()
        defer { turn.unlock() }
        try RemoteError.local(root.path, "write the cache in") {
            try ledger.lock(.exclusive)
            defer { ledger.unlock() }
            try body()
        }
    }

    private func read() throws -> Int {
        var number: UInt64 = 0
        let count = try withUnsafeMutableBytes(of: &number) { try ledger.read(into: $0, at: 0) }
        return count == 8 ? Int(clamping: number) : CacheListing.byteCount(of: root)
    }

    private func write(_ used: Int) throws {
        var number = UInt64(max(0, used))
        try withUnsafeBytes(of: &number) { try ledger.write($0, at: 0) }
    }

    private static func freeBytes(at url: URL) -> Int {
        var info = statvfs()
        guard statvfs(url.path, &info) == 0 else { return 20 << 30 }
        return Int(clamping: UInt64(info.f_bavail) &* UInt64(info.f_frsize))
    }
}

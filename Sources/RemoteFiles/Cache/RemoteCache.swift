import Foundation
import LocalFiles
import Synchronization

/// The folder of what was brought here, within a limit of bytes, shared by threads and processes.
///
/// Whatever adds bytes to files of the cache, or takes some away, does so under one lock that all processes share, with a
/// counter of what the folder takes. Where that would exceed the limit, the folder is measured anew and what was used
/// least recently is removed: whole files that nobody holds, and pages in the order they came. A crash leaves the counter
/// too high, never too low, and the next measuring corrects it.
public final class RemoteCache: Sendable {
    /// How it was set up.
    public let settings: CacheSettings
    /// The bytes that it may take.
    public let limit: Int
    let root: URL
    private let ledger: SharedFile
    /// The ledger's lock is the process's; this one keeps its threads apart.
    private let turn = NSLock()
    /// What the file system gives at a time.
    private let blockBytes: Int
    private let counted = Mutex(PageCounters())

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
        var info = statvfs()
        let isKnown = statvfs(root.path, &info) == 0
        blockBytes = max(DiskBlock.byteCount, isKnown ? Int(clamping: info.f_frsize) : 0)
        let free = isKnown ? Int(clamping: UInt64(info.f_bavail) &* UInt64(info.f_frsize)) : 20 << 30
        limit = settings.limit ?? min(20 << 30, (free + used) / 5 * 4)
        try locked {
            CacheListing.removeHalfMade(in: files)
            CacheListing.removeUnnamed(in: pages)
            // Too much at first, so that the counter's own block is measured with the rest.
            try write(1 << 60)
            try write(CacheListing.byteCount(of: root))
        }
    }

    /// The bytes that the folder takes on the disk, measured while nobody changes it.
    public var byteCount: Int {
        (try? locked { CacheListing.byteCount(of: root) }) ?? CacheListing.byteCount(of: root)
    }

    /// Where pages came from since this object was made, for all files.
    public var counters: PageCounters { counted.withLock { $0 } }

    func count(_ counter: any PageCounters.Counter, _ pages: Int) {
        counted.withLock { $0[keyPath: counter] += pages }
    }

    var files: URL { root.appending(path: "files") }
    var pages: URL { root.appending(path: "pages") }

    /// Changes a file of the cache while nobody else changes any.
    ///
    /// - Parameters:
    ///   - file: The file, which may be new or removed by it.
    ///   - bytes: The most that it may grow by on the disk; room is made for so much.
    ///   - minimumGrowth: What it grows by at least, where the system does not tell at once.
    ///   - body: What changes it. Must not come back to the cache.
    /// - Throws: ``RemoteError/cacheFull(directory:needed:limit:)`` where what is in use leaves too little room, before
    ///   `body` is called; and what that throws.
    func change<Result>(
        _ file: URL,
        adding bytes: Int = 0,
        minimumGrowth: () -> Int = { .min },
        _ body: () throws -> Result
    ) throws -> Result {
        try locked {
            var used = try read()
            if bytes > 0, bytes > limit - used {
                used = CacheListing.byteCount(of: root)
                // Some more than needed, so that not each page measures the folder.
                let excess = used + bytes - (limit - limit / 16)
                if excess > 0 { used -= CacheListing(root: root).evict(excess) }
                guard bytes <= limit - used else {
                    try write(used)
                    throw RemoteError.cacheFull(directory: root.path, needed: bytes, limit: limit)
                }
            }
            let before = CacheListing.space(of: file)
            let minimum = minimumGrowth()
            // As much as it can become, for the case that the process ends here.
            try write(used + bytes)
            defer { try? write(used + max(minimum, CacheListing.space(of: file) - before)) }
            return try body()
        }
    }

    /// The most that a file grows by on the disk when it becomes so much longer: its last block may be new, and the file
    /// system may need one of its own.
    func maximumGrowth(from old: Int, to new: Int) -> Int {
        DiskBlock.space(for: new, block: blockBytes) - DiskBlock.space(for: old, block: blockBytes)
            + blockBytes
    }

    private func locked<Result>(_ body: () throws -> Result) throws -> Result {
        turn.lock()
        defer { turn.unlock() }
        return try RemoteError.local(root.path, "write the cache in") {
            try ledger.lock(.exclusive)
            defer { ledger.unlock() }
            return try body()
        }
    }

    private func read() throws -> Int {
        var number: UInt64 = 0
        let count = try withUnsafeMutableBytes(of: &number) { try ledger.read(into: $0, at: 0) }
        return count == 8 ? Int(min(number, 1 << 60)) : CacheListing.byteCount(of: root)
    }

    private func write(_ used: Int) throws {
        var number = UInt64(max(0, used))
        try withUnsafeBytes(of: &number) { try ledger.write($0, at: 0) }
    }
}

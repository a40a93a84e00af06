import Foundation
import LocalFiles

/// One file in the cache, with a few words about it beside it.
struct SpoolEntry {
    /// What is known of a whole file.
    struct Facts: Codable {
        /// The state of the source that it was made of.
        var version: String
        var byteCount: Int
        var contentHash: UInt64
        /// The number of the format; nil in files from before it was written, which are of format 1.
        var format: UInt64? = UInt64(Self.format.current)

        static let format = FormatVersion(1)
    }

    let folder: URL
    let key: String

    var data: URL { folder.appending(path: key + ".data") }
    var part: URL { folder.appending(path: key + ".partial") }
    var facts: URL { folder.appending(path: key + ".json") }
    private var lock: URL { folder.appending(path: key + ".lock") }

    /// The file, locked against removal, if it is there, whole and of this version. What was written in another format is
    /// made again: a cache holds nothing that cannot be brought once more.
    func held(version: String) -> (file: SharedFile, facts: Facts)? {
        guard let file = try? SharedFile(opening: data), (try? file.tryLock(.shared)) == true, file.isInPlace,
            let text = try? Data(contentsOf: facts),
            let facts = try? JSONDecoder().decode(Facts.self, from: text),
            Facts.format.isReadable(facts.format ?? 1),
            facts.version == version, (try? file.byteCount()) == facts.byteCount
        else { return nil }
        try? file.touch()
        return (file, facts)
    }

    /// Gives the finished part its name. Readers of an earlier state keep that.
    func publish(_ new: Facts, cache: RemoteCache) throws {
        // Words without a file are harmless, a file with the words of another is not: its length and version may agree.
        try? FileManager.default.removeItem(at: facts)
        let text = try JSONEncoder().encode(new)
        try cache.change(facts, adding: cache.maximumGrowth(from: 0, to: text.count)) {
            // Here, so that whoever measures the folder finds it under one of its names.
            guard rename(part.path, data.path) == 0 else { throw POSIXError.last }
            // Half of it is no JSON, so that the file would be made again.
            try text.write(to: facts)
        }
        try DurableFile.synchronize(folder)
    }

    /// Waits for the right to make the file; others that make it are let finish.
    func makerLock(_ stop: StopSignal) throws -> SharedFile {
        while true {
            let file = try SharedFile(opening: lock, creates: true)
            while try !file.tryLock(.exclusive) {
                if stop.isStopped { throw RemoteError.stopped }
                Thread.sleep(forTimeInterval: 0.05)
            }
            // Removed while we waited: another file has the name, or none.
            if file.isInPlace { return file }
        }
    }

    /// Removes the lock's file, while its lock is held.
    func removeLock() { try? FileManager.default.removeItem(at: lock) }

    /// Removes a file and what belongs to it, unless somebody holds it.
    ///
    /// - Returns: The bytes that were won on the disk.
    static func remove(_ data: URL) -> Int {
        guard let file = try? SharedFile(opening: data), (try? file.tryLock(.exclusive)) == true else {
            return 0
        }
        var won = 0
        for file in [data, data.deletingPathExtension().appendingPathExtension("json")] {
            let space = CacheListing.space(of: file)
            guard unlink(file.path) == 0 else { break }
            won += space
        }
        return won
    }
}

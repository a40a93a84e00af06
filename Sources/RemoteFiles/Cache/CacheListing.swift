import Foundation
import LocalFiles

/// What lies in a cache's folder, and what of it can go. Used under the cache's lock.
struct CacheListing {
    /// Something that can be removed, and when it was last needed in nanoseconds.
    private enum Candidate {
        case file(URL)
        case page(URL, Int)
    }

    private var candidates: [(time: UInt64, candidate: Candidate)] = []

    init(root: URL) {
        for file in Self.names(in: root.appending(path: "files"), ending: ".data") {
            guard let info = Self.status(file) else { continue }
            let time =
                UInt64(max(0, info.st_mtim.tv_sec)) &* 1_000_000_000 &+ UInt64(max(0, info.st_mtim.tv_nsec))
            candidates.append((time, .file(file)))
        }
        for folder in Self.names(in: root.appending(path: "pages"), ending: "") {
            for file in Self.names(in: folder, ending: ".pages") {
                let opened = Result { try PageStore(opening: file) }
                guard case .success(let store) = opened else {
                    // What is no file of pages goes; one that cannot be opened just now stays.
                    if case .failure(let error as POSIXError) = opened, error.code == .EINVAL {
                        try? FileManager.default.removeItem(at: file)
                    }
                    continue
                }
                for (page, entry) in store.entries() {
                    candidates.append((entry.time, .page(file, page)))
                }
            }
        }
        candidates.sort { $0.time < $1.time }
    }

    /// Removes what was needed longest ago.
    ///
    /// - Returns: The bytes that were won on the disk, at least those asked for where that was possible.
    func evict(_ bytes: Int) -> Int {
        var won = 0
        var open: (file: URL, store: PageStore)?
        for (_, candidate) in candidates {
            guard won < bytes else { break }
            switch candidate {
            case .file(let file): won += SpoolEntry.remove(file)
            case .page(let file, let page):
                if open?.file != file { open = (try? PageStore(opening: file)).map { (file, $0) } }
                guard let store = open?.store else { continue }
                let before = Self.space(of: file)
                guard (try? store.remove(page)) != nil else { continue }
                won += max(0, min(before - Self.space(of: file), store.layout.spaceOfPage(page)))
            }
        }
        return won
    }

    /// The bytes that a folder takes on the disk.
    static func byteCount(of folder: URL) -> Int {
        var total = 0
        for file in names(in: folder, ending: "") {
            guard let info = status(file) else { continue }
            if info.st_mode & S_IFMT == S_IFDIR {
                total += byteCount(of: file)
            } else if info.st_mode & S_IFMT == S_IFREG {
                let pages = file.pathExtension == "pages" ? try? PageStore(opening: file) : nil
                total += max(space(info, file), pages?.space ?? 0)
            }
        }
        return total
    }

    /// The bytes that a file takes on the disk; none where there is no file.
    static func space(of file: URL) -> Int { status(file).map { space($0, file) } ?? 0 }

    /// What the system says is too little for a moment while it brings a file to the disk, so that the length of those
    /// without holes counts, too.
    private static func space(_ info: stat, _ file: URL) -> Int {
        let isWhole = ["data", "partial", "json"].contains(file.pathExtension)
        return max(Int(info.st_blocks) * 512, isWhole ? DiskBlock.space(for: Int(info.st_size)) : 0)
    }

    /// Removes the beginnings of files that nobody is making any more.
    static func removeHalfMade(in folder: URL) {
        for part in names(in: folder, ending: ".partial") {
            let place = part.deletingPathExtension().appendingPathExtension("lock")
            guard let lock = try? SharedFile(opening: place, creates: true),
                (try? lock.tryLock(.exclusive)) == true
            else { continue }
            try? FileManager.default.removeItem(at: part)
            try? FileManager.default.removeItem(at: place)
        }
    }

    /// Removes files of pages that were not given their name.
    static func removeUnnamed(in folder: URL) {
        for inner in names(in: folder, ending: "") {
            for part in names(in: inner, ending: ".new") { try? FileManager.default.removeItem(at: part) }
        }
    }

    static func names(in folder: URL, ending: String) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted().map { folder.appending(path: $0) }
    }

    private static func status(_ file: URL) -> stat? {
        var info = stat()
        return lstat(file.path, &info) == 0 ? info : nil
    }
}

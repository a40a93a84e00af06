import Foundation
import LocalFiles

/// Makes a plain local file of one source. Calls come from any thread.
struct SpoolMaking {
    let client: RemoteClient
    let cache: RemoteCache
    let stop: StopSignal

    /// The file for a location, out of the cache where that has it.
    func open(_ location: Location) throws -> SpooledFile {
        switch location {
        case .file(let path): try openFile(path, location: location)
        case .http(let url):
            try open(location, source: RemoteFile(url, client: client, stop: stop))
        case .pipe(let command):
            // A command has no version; its text stands for what it prints.
            try open(location, version: "", expected: nil) { body in
                try PipeCommand(command: command, timeout: cache.settings.commandTimeout)
                    .forEachPiece(stop: stop, body)
            }
        }
    }

    /// What a command printed, where the cache has it.
    func present(_ location: Location) -> SpooledFile? {
        guard case .pipe = location else { return nil }
        let entry = entry(of: location, version: "")
        return entry.held(version: "").map { Self.lease(entry, $0, nil) }
    }

    private func entry(of location: Location, version: String) -> SpoolEntry {
        let identity = location.identity
        // Each version has a name of its own, so that nobody's file turns into a later one.
        let key = ContentHash.of(identity).hexadecimal + ContentHash.of(identity + " " + version).hexadecimal
        return SpoolEntry(folder: cache.files, key: key)
    }

    private func open(_ location: Location, source: RemoteFile) throws -> SpooledFile {
        try open(location, version: "\(source.version)", expected: source.byteCount) {
            try source.forEachPiece(stop: stop, $0)
        }
    }

    private func openFile(_ path: String, location: Location) throws -> SpooledFile {
        let url = URL(fileURLWithPath: path)
        let file = try RemoteError.local(path, "open") { try SharedFile(reading: url) }
        return try RemoteError.local(path, "read") {
            var magic: [UInt8] = [0, 0]
            let count = try magic.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
            let byteCount = try file.byteCount()
            guard count == 2 && magic == SpoolWriter.magic || location.isNamedCompressed else {
                return SpooledFile(
                    path: path,
                    byteCount: byteCount,
                    contentHash: nil,
                    sourceVersion: "",
                    sourceByteCount: byteCount,
                    lease: file
                )
            }
            var info = stat()
            guard stat(path, &info) == 0 else { throw POSIXError(.ENOENT) }
            let version = "\(byteCount) bytes of \(info.st_mtim.tv_sec).\(info.st_mtim.tv_nsec)"
            return try open(location, version: version, expected: byteCount) { body in
                try forEachPiece(of: file, body)
            }
        }
    }

    private func forEachPiece(
        of file: SharedFile,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var done = 0
        while true {
            if stop.isStopped { throw RemoteError.stopped }
            let count = try file.read(into: buffer, at: done)
            guard count > 0 else { return done }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            done += count
        }
    }

    private func open(
        _ location: Location,
        version: String,
        expected: Int?,
        _ pieces: ((UnsafeRawBufferPointer) throws -> Void) throws -> Int
    ) throws -> SpooledFile {
        let entry = entry(of: location, version: version)
        if let present = entry.held(version: version) { return Self.lease(entry, present, expected) }
        if let expected, expected > cache.limit {
            throw RemoteError.tooLarge(
                source: location.description,
                limit: cache.limit,
                setting: "data.cache.limit"
            )
        }
        return try RemoteError.local(entry.data.path, "write") {
            let lock = try entry.makerLock(stop)
            defer { withExtendedLifetime(lock) { entry.removeLock() } }
            // Another process may have made it while we waited.
            if let present = entry.held(version: version) { return Self.lease(entry, present, expected) }
            let writer = try SpoolWriter(entry: entry, location: location, cache: cache)
            do {
                _ = try pieces(writer.take)
                let facts = try writer.finish(version: version)
                // The part is locked until the lease is: nobody removes it in between.
                try entry.publish(facts, cache: cache)
                guard let present = entry.held(version: version) else { throw POSIXError(.ESTALE) }
                return withExtendedLifetime(writer) { Self.lease(entry, present, expected) }
            } catch {
                writer.discard()
                throw error
            }
        }
    }

    private static func lease(
        _ entry: SpoolEntry,
        _ present: (file: SharedFile, facts: SpoolEntry.Facts),
        _ sourceByteCount: Int?
    ) -> SpooledFile {
        SpooledFile(
            path: entry.data.path,
            byteCount: present.facts.byteCount,
            contentHash: present.facts.contentHash,
            sourceVersion: present.facts.version,
            sourceByteCount: sourceByteCount,
            lease: present.file
        )
    }
}

import Foundation
import LocalFiles
import NIOCore
import NIOHTTP1

extension RemoteFile {
    /// Brings the whole file, in order; after a break it goes on where that was.
    ///
    /// - Parameters:
    ///   - isStopped: Asked now and then; the call ends with ``RemoteError/stopped`` when it says so.
    ///   - body: Gets the bytes; what it throws ends the call.
    /// - Returns: The number of bytes.
    /// - Throws: ``RemoteError``, or what `body` throws.
    func forEachPiece(isStopped: () -> Bool, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
        var progress = Progress()
        if byteCount == 0 { return 0 }
        try client.retrying(url, isStopped: isStopped) { hasProgressed in
            let start = progress.done
            defer { hasProgressed = progress.done - start >= Self.worthCounting }
            try bring(&progress, isStopped: isStopped, body)
        }
        return progress.done
    }

    /// Downloads the file whole, to a name where nothing lies or what lies there is replaced.
    ///
    /// The bytes go to a hidden file beside it first, so that the name holds the whole content or the old one.
    ///
    /// - Returns: The number of bytes.
    /// - Throws: ``RemoteError``.
    @discardableResult
    public func download(to path: String) throws -> Int {
        let target = URL(fileURLWithPath: path)
        let part = target.deletingLastPathComponent().appending(path: ".\(target.lastPathComponent).partial")
        do {
            return try RemoteError.local(path, "write") {
                let file = try SharedFile(opening: part, creates: true)
                try file.resize(to: 0)
                var offset = 0
                let count = try forEachPiece(isStopped: { false }) { piece in
                    // Inside, or a full disk would pass for a failing network.
                    try RemoteError.local(path, "write") { try file.write(piece, at: offset) }
                    offset += piece.count
                }
                try file.synchronize()
                try DurableFile.rename(part, to: target)
                return count
            }
        } catch {
            try? FileManager.default.removeItem(at: part)
            throw error
        }
    }

    /// Bytes that a try must bring for the count of tries to start anew.
    private static var worthCounting: Int { 1 << 20 }

    private struct Progress {
        var done = 0
        /// Of all that was handed on, for servers that start over.
        var hash = ContentHash()
    }

    private func bring(
        _ progress: inout Progress,
        isStopped: () -> Bool,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let rest = servesRanges && progress.done > 0 ? byteCount.map { progress.done..<$0 } : nil
        if let rest, rest.isEmpty { return }
        var state = progress
        // What came stays, however the try ends.
        defer { progress = state }
        try client.exchange(url, headers: rest.map(rangeHeaders) ?? [], isStopped: isStopped) { answer in
            var skip = 0
            if let rest {
                try check(answer, holds: rest)
            } else {
                guard answer.head.status.code == 200 else {
                    throw TransferFailure.status(answer.head, url: name)
                }
                try check(RemoteVersion(answer.head.headers, byteCount: answer.byteCount))
                skip = state.done
            }
            var again = ContentHash()
            while let piece = try answer.next() {
                try piece.withUnsafeReadableBytes { bytes in
                    let old = min(skip, bytes.count)
                    if old > 0 {
                        again.combine(UnsafeRawBufferPointer(rebasing: bytes[..<old]))
                        skip -= old
                        guard skip > 0 || again.value == state.hash.value else { throw otherBytes }
                    }
                    let new = UnsafeRawBufferPointer(rebasing: bytes[old...])
                    guard new.count <= (byteCount ?? Int.max) - state.done else { throw otherBytes }
                    guard !new.isEmpty else { return }
                    try body(new)
                    state.hash.combine(new)
                    state.done += new.count
                }
            }
            guard skip == 0, byteCount ?? state.done == state.done else {
                throw TransferFailure(reason: "the content ended after \(state.done - skip) bytes")
            }
        }
    }

    private var otherBytes: RemoteError {
        .changed(url: name, before: version.description, now: "other bytes than before")
    }
}

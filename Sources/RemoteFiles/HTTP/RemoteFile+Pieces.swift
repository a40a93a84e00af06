import LocalFiles
import NIOCore
import NIOHTTP1

extension RemoteFile {
    /// Brings the whole file, in order; after a break it goes on where that was.
    ///
    /// - Parameters:
    ///   - stop: Ends the call.
    ///   - body: Gets the bytes; what it throws ends the call.
    /// - Returns: The number of bytes.
    /// - Throws: ``RemoteError``, or what `body` throws.
    func forEachPiece(stop: StopSignal?, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
        var progress = Progress()
        if byteCount == 0 { return 0 }
        try client.retrying(url, stop: stop) { hasProgressed in
            let start = progress.done
            defer { hasProgressed = progress.done - start >= Self.worthCounting }
            // A server may send less of the rest than was asked for.
            repeat { try bring(&progress, stop, body) } while byteCount.map { progress.done < $0 } ?? false
        }
        return progress.done
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
        _ stop: StopSignal?,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let rest = servesRanges && progress.done > 0 ? byteCount.map { progress.done..<$0 } : nil
        if let rest, rest.isEmpty { return }
        var state = progress
        // What came stays, however the try ends.
        defer { progress = state }
        try client.exchange(url, headers: rest.map(rangeHeaders) ?? [], stop: stop) { answer in
            var skip = 0
            var end = byteCount
            // A server that gives no parts any more starts over.
            if let rest, answer.head.status.code != 200 {
                end = try check(answer, holds: rest).upperBound
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
            guard skip == 0, end ?? state.done == state.done else {
                throw TransferFailure(reason: "the content ended after \(state.done - skip) bytes")
            }
        }
    }

    private var otherBytes: RemoteError {
        .changed(url: name, before: version.description, now: "other bytes than before")
    }
}

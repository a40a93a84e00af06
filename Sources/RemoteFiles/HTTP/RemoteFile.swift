public import Foundation
import NIOCore
import NIOHTTP1

/// A file on a web server.
///
/// What comes is checked against the version that was found first, so that no file is put together from two states.
/// Calls block and may come from any number of threads.
public final class RemoteFile: Sendable {
    /// Its address.
    public let url: URL
    /// Its length; nil where the server does not tell.
    public let byteCount: Int?
    /// Whether any bytes can be asked for.
    public let servesRanges: Bool
    /// The state that all reading is of.
    public let version: RemoteVersion
    /// The address for people, without what is secret.
    public var name: String { Redaction.url(url.absoluteString) }
    let client: RemoteClient

    /// Asks the server for the first byte, which tells length, version and whether it serves ranges.
    ///
    /// - Parameters:
    ///   - url: The address, with user and password if it needs them.
    ///   - client: Asks the server, now and later.
    ///   - tries: How often it asks now, the first time included; nil for what the client's settings say.
    ///   - stop: Ends the call.
    /// - Throws: ``RemoteError``.
    public init(_ url: URL, client: RemoteClient, tries: Int? = nil, stop: StopSignal? = nil) throws {
        self.url = url
        self.client = client
        let found = try client.retrying(url, tries: tries, stop: stop) { _ in
            try client.exchange(url, headers: [("Range", "bytes=0-0")], stop: stop) {
                try Self.probed($0, url: url)
            }
        }
        (version, servesRanges) = found
        byteCount = version.byteCount
    }

    /// The bytes of a range.
    ///
    /// - Parameters:
    ///   - range: Which bytes of the file.
    ///   - stop: Ends the call.
    /// - Returns: Exactly `range.count` bytes.
    /// - Throws: ``RemoteError``; ``RemoteError/noRanges(url:)`` where ``servesRanges`` is false.
    public func read(_ range: Range<Int>, stop: StopSignal? = nil) throws -> [UInt8] {
        guard servesRanges, let byteCount else { throw RemoteError.noRanges(url: name) }
        guard range.lowerBound >= 0, range.upperBound <= byteCount else {
            throw RemoteError.outside(source: name, range: range, byteCount: byteCount)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        // A server may send less than was asked for, and is asked for the rest then.
        while bytes.count < range.count {
            let rest = range.lowerBound + bytes.count..<range.upperBound
            bytes += try client.retrying(url, stop: stop) { _ in
                try client.exchange(url, headers: rangeHeaders(rest), stop: stop) { answer in
                    try Self.gather(check(answer, holds: rest), of: answer, name: name)
                }
            }
        }
        return bytes
    }

    /// The headers that ask for a range of this version.
    func rangeHeaders(_ range: Range<Int>) -> [(String, String)] {
        var headers = [("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")]
        if let tag = version.strongTag { headers.append(("If-Range", tag)) }
        return headers
    }

    /// Whether an answer holds the range that was asked for, or its beginning, of this version.
    ///
    /// - Returns: The range that it holds, which is not empty.
    func check(_ answer: Answer, holds range: Range<Int>) throws -> Range<Int> {
        let headers = answer.head.headers
        switch answer.head.status.code {
        case 206: break
        case 200:
            try check(RemoteVersion(headers, byteCount: answer.byteCount))
            throw RemoteError.noRanges(url: name)
        case 416: throw RemoteError.rangeNotSatisfiable(url: name, range: range)
        default: throw TransferFailure.status(answer.head, url: name)
        }
        let found = ContentRange(headers)
        try check(RemoteVersion(headers, byteCount: found?.total))
        guard let sent = found?.range, sent.lowerBound == range.lowerBound,
            sent.upperBound <= range.upperBound, answer.byteCount ?? sent.count == sent.count
        else {
            let text = headers.first(name: "Content-Range") ?? "no Content-Range"
            throw RemoteError.wrongRange(url: name, asked: range, found: text)
        }
        return sent
    }

    /// Whether what an answer says of itself is this version.
    func check(_ now: RemoteVersion) throws {
        guard version.agrees(with: now) else {
            throw RemoteError.changed(url: name, before: version.description, now: now.description)
        }
    }

    private static func gather(_ range: Range<Int>, of answer: Answer, name: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        while let piece = try answer.next() {
            guard piece.readableBytes <= range.count - bytes.count else {
                throw RemoteError.wrongRange(url: name, asked: range, found: "more bytes than announced")
            }
            piece.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
        }
        guard bytes.count == range.count else {
            throw TransferFailure(reason: "only \(bytes.count) of \(range.count) bytes came")
        }
        return bytes
    }
}

extension RemoteFile {
    /// The state that the answer for the first byte tells of, and whether ranges are served.
    private static func probed(_ answer: Answer, url: URL) throws -> (RemoteVersion, Bool) {
        let headers = answer.head.headers
        let name = Redaction.url(url.absoluteString)
        switch answer.head.status.code {
        case 200:
            return (RemoteVersion(headers, byteCount: answer.byteCount), false)
        case 206:
            guard let found = ContentRange(headers), found.range == 0..<1 else {
                let text = headers.first(name: "Content-Range") ?? "no Content-Range"
                throw RemoteError.wrongRange(url: name, asked: 0..<1, found: text)
            }
            // Read to its end, so that the connection can be used again.
            for _ in 0..<4 { if try answer.next() == nil { break } }
            // Without the length, nobody knows which ranges there are.
            return (RemoteVersion(headers, byteCount: found.total), found.total != nil)
        case 416:
            // The file is empty; there is no first byte.
            guard ContentRange(headers)?.total ?? 0 == 0 else {
                throw RemoteError.rangeNotSatisfiable(url: name, range: 0..<1)
            }
            return (RemoteVersion(headers, byteCount: 0), true)
        default: throw TransferFailure.status(answer.head, url: name)
        }
    }
}

import NIOHTTP1

/// By what a later state of a remote file is told from an earlier one.
public struct RemoteVersion: Sendable, Equatable, CustomStringConvertible {
    /// The server's tag of the content, with its quotes.
    public let entityTag: String?
    /// The server's time of modification, as it was sent.
    public let lastModified: String?
    /// The length.
    public let byteCount: Int?

    /// The tag if there is one, otherwise time and length.
    public var description: String {
        let size = byteCount.map { "\($0) bytes" } ?? "of unknown length"
        if let entityTag { return "\(entityTag), \(size)" }
        return lastModified.map { "of \($0), \(size)" } ?? size
    }

    init(_ headers: HTTPHeaders, byteCount: Int?) {
        entityTag = headers.first(name: "ETag")
        lastModified = headers.first(name: "Last-Modified")
        self.byteCount = byteCount
    }

    /// The tag for If-Range, which weak ones are no good for.
    var strongTag: String? {
        guard let entityTag, !entityTag.hasPrefix("W/") else { return nil }
        return entityTag
    }

    /// Whether an answer may be of the same content; what it leaves out says nothing.
    func agrees(with other: RemoteVersion) -> Bool {
        if let mine = byteCount, let its = other.byteCount, mine != its { return false }
        if let mine = entityTag, let its = other.entityTag { return mine == its }
        if let mine = lastModified, let its = other.lastModified { return mine == its }
        return true
    }
}

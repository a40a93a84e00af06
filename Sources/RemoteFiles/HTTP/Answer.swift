import NIOCore
import NIOHTTP1

/// An answer whose content is read piece by piece.
struct Answer {
    let head: HTTPResponseHead
    /// The next bytes of the content; nil at the end.
    let next: () throws -> ByteBuffer?

    /// The announced length of the content.
    var byteCount: Int? {
        head.headers.first(name: "Content-Length").flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
    }
}

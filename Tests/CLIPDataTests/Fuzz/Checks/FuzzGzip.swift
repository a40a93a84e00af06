import LocalFiles

@testable import RemoteFiles

/// What is unpacked does not depend on the pieces that the bytes come in, and never exceeds what its receiver takes.
enum FuzzGzip {
    /// A few bytes may stand for very many.
    private static let limit = 1 << 20

    private struct Full: Error {}

    private struct Unpacked: Equatable {
        var hash: UInt64
        var count = 0
        var words: String
    }

    static func check(_ bytes: UnsafeRawBufferPointer) throws -> String {
        let whole = try unpacked(bytes, pieces: max(1, bytes.count), limit: limit)
        for pieces in [1, 7, 64] {
            let again = try unpacked(bytes, pieces: pieces, limit: limit)
            // Of what does not fit, more or less may have come before.
            let isEqual = whole.words == "full" ? again.words == "full" : again == whole
            try FuzzViolation.unless(isEqual, "\(again) in pieces of \(pieces), else \(whole)")
        }
        let few = try unpacked(bytes, pieces: 16, limit: whole.count / 2)
        try FuzzViolation.unless(
            few.words == "full" || whole.count == 0 || whole.words == few.words && few.count == whole.count,
            "\(few) with half the room, else \(whole)"
        )
        return whole.words
    }

    private static func unpacked(
        _ bytes: UnsafeRawBufferPointer,
        pieces: Int,
        limit: Int
    ) throws -> Unpacked {
        let gunzip = Gunzip(source: "s.gz")
        var hash = ContentHash()
        var count = 0
        var isFull = false
        var words = "unpacked"
        do {
            for start in stride(from: 0, to: bytes.count, by: pieces) {
                let piece = bytes[start..<min(bytes.count, start + pieces)]
                try gunzip.feed(UnsafeRawBufferPointer(rebasing: piece)) { part in
                    if isFull { throw FuzzViolation("more comes after the receiver refused") }
                    guard count + part.count <= limit else {
                        isFull = true
                        throw Full()
                    }
                    hash.combine(part)
                    count += part.count
                }
            }
            try gunzip.finish()
        } catch is Full {
            words = "full"
        } catch let error as RemoteError {
            words = error.description
        }
        return Unpacked(hash: hash.value, count: count, words: words)
    }
}

import Foundation

/// The lines of a file with one JSON object in each.
struct JSONLines {
    struct Line {
        /// From 1.
        var number: Int
        /// Where it lies in the file.
        var range: Range<Int>
        var data: Data
    }

    private let path: String
    private let bytes: UnsafeRawBufferPointer
    private var lines: LineScanner

    /// Reads from memory, which must outlive the reader.
    init(_ path: String, _ bytes: UnsafeRawBufferPointer, from offset: Int = 0) {
        self.path = path
        self.bytes = bytes
        let start = max(offset, LineScanner.byteOrderMarkLength(of: bytes))
        let number = LineScanner.number(ofByte: start, in: bytes)
        lines = LineScanner(bytes, position: start, number: number)
    }

    /// The next line that is not blank, or nil at the end; after an error it goes on with the line that follows.
    ///
    /// - Throws: `ShardError.listing` for a line that is too long.
    mutating func next() throws(ShardError) -> Line? {
        do {
            return try lines.next().map { line in
                Line(number: line.number, range: line.range, data: Data(bytes[line.range]))
            }
        } catch {
            throw failure(error)
        }
    }

    /// What to say about a line.
    func failure(_ line: Line, _ problem: String) -> ShardError {
        failure(MalformedText(line: line.number, problem: problem))
    }

    private func failure(_ error: MalformedText) -> ShardError {
        .listing(
            path,
            error,
            expected: "one object in each line, with the picture's path under one of "
                + UsualNames.images.joined(separator: ", ")
        )
    }
}

/// The lines of a file with one JSON object in each.
struct JSONLines {
    struct Line {
        /// From 1.
        var number: Int
        /// Where it lies in the file.
        var range: Range<Int>
        /// Its content, which lives as long as the file's.
        var bytes: UnsafeRawBufferPointer
    }

    private let path: String
    private let bytes: UnsafeRawBufferPointer
    private var lines: LineScanner
    /// What is wrong with the file as a whole, until it is said.
    private var encoding: NotUTF8?

    /// Reads from memory, which must outlive the reader.
    init(_ path: String, _ bytes: UnsafeRawBufferPointer, from offset: Int = 0) {
        self.path = path
        self.bytes = bytes
        encoding = offset == 0 ? NotUTF8.wide(bytes) : nil
        let start = max(offset, LineScanner.byteOrderMarkLength(of: bytes))
        let number = LineScanner.number(ofByte: start, in: bytes)
        lines = LineScanner(bytes, position: start, number: number)
    }

    /// The next line that is not blank, or nil at the end; after an error it goes on with the line that follows.
    ///
    /// - Throws: `ShardError.listing` for a line that is too long or not UTF-8.
    mutating func next() throws(ShardError) -> Line? {
        if let error = encoding {
            encoding = nil
            throw .listing(path: path, line: 1, problem: error.problem, expected: error.expected)
        }
        let found: LineScanner.Line?
        do {
            found = try lines.next()
        } catch {
            throw failure(error)
        }
        guard let found else { return nil }
        let content = UnsafeRawBufferPointer(rebasing: bytes[found.range])
        if let error = NotUTF8(content) {
            throw .listing(path: path, line: found.number, problem: error.problem, expected: error.expected)
        }
        return Line(number: found.number, range: found.range, bytes: content)
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

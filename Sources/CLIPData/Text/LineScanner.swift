import Glibc

/// Walks through the lines of a text in memory; blank ones are left out.
struct LineScanner {
    struct Line: Equatable {
        /// Its number, from 1.
        var number: Int
        /// Where it lies, without its line end.
        var range: Range<Int>
    }

    /// A longer line, or row of a table, is a mistake.
    static let longest = 16 << 20

    private let bytes: UnsafeRawBufferPointer
    private let longest: Int
    private var number: Int
    private var position: Int

    /// Reads from memory, which must outlive the reader; lines are counted from `number` at `position`.
    init(
        _ bytes: UnsafeRawBufferPointer,
        position: Int = 0,
        number: Int = 1,
        longest: Int = LineScanner.longest
    ) {
        self.bytes = bytes
        self.position = position
        self.number = number
        self.longest = longest
    }

    /// The next line, or nil at the end; after an error it goes on with the line that follows.
    mutating func next() throws(MalformedText) -> Line? {
        while position < bytes.count, let base = bytes.baseAddress {
            let start = position
            let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
            let end = found.map { UnsafeRawPointer($0) - base } ?? bytes.count
            position = end + 1
            defer { number += 1 }
            guard end - start <= longest else { throw .tooLong(line: number, limit: longest) }
            if bytes[start..<end].contains(where: { $0 > 0x20 }) {
                return Line(number: number, range: start..<end)
            }
        }
        return nil
    }

    /// The size in bytes of the byte order mark that a text starts with, 0 without one.
    static func byteOrderMarkLength(of bytes: UnsafeRawBufferPointer) -> Int {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The number of the line that a byte lies on, from 1.
    static func number(ofByte offset: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        1 + bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") }
    }

    /// Whether bytes are valid UTF-8.
    static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isASCII(bytes) || String(validating: bytes, as: UTF8.self) != nil
    }

    /// Bytes as text, or nil where they are not valid UTF-8.
    static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
        isASCII(bytes) ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
    }

    private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var union: UInt8 = 0
        for byte in bytes { union |= byte }
        return union < 0x80
    }
}

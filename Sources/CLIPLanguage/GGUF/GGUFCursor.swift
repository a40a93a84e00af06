/// Reads the front part of a file, little-endian, and never past its end.
struct GGUFCursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// Reads a whole number; `part` says what it is in messages.
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self,
        _ part: @autoclosure () -> String
    ) throws(GGUFError.Problem) -> Value {
        let start = position
        try skip(MemoryLayout<Value>.size, part())
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Value.self))
    }

    /// Passes over bytes.
    mutating func skip(_ count: Int, _ part: @autoclosure () -> String) throws(GGUFError.Problem) {
        try skip(UInt64(count), part())
    }

    /// Passes over bytes whose number the file claims.
    mutating func skip(_ count: UInt64, _ part: @autoclosure () -> String) throws(GGUFError.Problem) {
        let left = bytes.count - position
        guard count <= left else {
            throw .truncated(part: part(), offset: position, needed: count, left: left)
        }
        position += Int(count)
    }

    /// Reads a string behind its length.
    mutating func string(_ part: @autoclosure () -> String) throws(GGUFError.Problem) -> String {
        let length = try integer(UInt64.self, part())
        let start = position
        try skip(length, part())
        guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
            throw .encoding(part: part(), offset: start)
        }
        return text
    }
}

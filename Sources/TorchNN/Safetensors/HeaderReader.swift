import Foundation

/// A strict reader of the little JSON that headers are made of: objects, strings, whole numbers and lists of them.
///
/// Unlike general decoders it sees names that come twice.
struct HeaderReader {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private let end: Int

    /// Reads `range` of a file's bytes.
    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// Reads one object; `member` reads the value of each name.
    mutating func object(
        _ member: (String, inout HeaderReader) throws(SafetensorsError.Problem) -> Void
    ) throws(SafetensorsError.Problem) {
        try expect("{", "'{'")
        var seen: Set<String> = []
        if skip("}") { return }
        repeat {
            let name = try string()
            guard seen.insert(name).inserted else { throw .duplicate(name) }
            try expect(":", "':'")
            try member(name, &self)
        } while skip(",")
        try expect("}", "',' or '}'")
    }

    /// Reads a list of whole numbers that are not negative.
    mutating func numbers() throws(SafetensorsError.Problem) -> [Int] {
        var values: [Int] = []
        try expect("[", "'['")
        if skip("]") { return values }
        repeat { values.append(try number()) } while skip(",")
        try expect("]", "',' or ']'")
        return values
    }

    /// Reads a string.
    mutating func string() throws(SafetensorsError.Problem) -> String {
        skipSpace()
        let start = position
        guard peek == UInt8(ascii: "\"") else { throw failure("a string") }
        position += 1
        var escaped = false
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw failure("a string without control characters") }
            escaped = escaped || byte == UInt8(ascii: "\\")
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard peek != nil else { throw failure("the end of a string") }
        position += 1
        let literal = bytes[start..<position]
        // Escapes are rare; the general decoder knows them all.
        let text =
            escaped
            ? try? JSONDecoder().decode(String.self, from: Data(literal))
            : String(validating: literal.dropFirst().dropLast(), as: UTF8.self)
        guard let text else {
            position = start
            throw failure("a string in UTF-8 with valid escapes")
        }
        return text
    }

    /// Checks that only spaces follow.
    mutating func finish() throws(SafetensorsError.Problem) {
        skipSpace()
        guard position >= end else { throw failure("the end of the header") }
    }

    /// An error at the current place.
    func failure(_ expected: String) -> SafetensorsError.Problem {
        .header(offset: position, expected: expected)
    }

    private mutating func number() throws(SafetensorsError.Problem) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !overflow, !carry else { throw failure("a number below 2⁶³") }
            value = sum
            position += 1
        }
        guard position > start else { throw failure("a whole number, not negative") }
        return value
    }

    private var peek: UInt8? { position < end ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(
        _ character: Unicode.Scalar,
        _ name: String
    ) throws(SafetensorsError.Problem) {
        guard skip(character) else { throw failure(name) }
    }
}

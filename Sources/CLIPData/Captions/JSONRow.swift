/// One JSON object, read member by member without a tree.
///
/// Strings, numbers and lists of strings become values; whatever else is nested is checked and passed over.
struct JSONRow {
    enum Value: Equatable {
        case string(String)
        case number(String)
        case null
        /// A list of texts; nil stands for null.
        case list([String?])
        /// `true`, `false`, an object, or a list with anything but texts in it.
        case other(String)
    }

    typealias Member = (name: String, value: Value)

    struct Malformed: Error, Equatable { var problem: String }

    private static let maximumDepth = 64
    let bytes: UnsafeRawBufferPointer
    var place = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        place = LineScanner.byteOrderMarkLength(of: bytes)
    }

    /// All members, in order.
    ///
    /// - Throws: `Malformed` for anything but one object.
    mutating func members() throws(Malformed) -> [Member] {
        skipSpace()
        guard take("{") else { throw Malformed(problem: "it is no JSON object") }
        var members: [Member] = []
        skipSpace()
        if !take("}") {
            repeat {
                skipSpace()
                let name = try string()
                skipSpace()
                guard take(":") else { throw expected("':' after a name") }
                members.append((name, try value(depth: 1)))
                skipSpace()
            } while take(",")
            guard take("}") else { throw expected("',' or '}'") }
        }
        skipSpace()
        guard place == bytes.count else { throw expected("nothing after the object") }
        return members
    }

    private mutating func value(depth: Int) throws(Malformed) -> Value {
        guard depth <= Self.maximumDepth else { throw Malformed(problem: "it is nested too deeply") }
        skipSpace()
        switch peek {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"):
            place += 1
            skipSpace()
            if take("}") { return .other("an object") }
            repeat {
                skipSpace()
                _ = try string()
                skipSpace()
                guard take(":") else { throw expected("':' after a name") }
                _ = try value(depth: depth + 1)
                skipSpace()
            } while take(",")
            guard take("}") else { throw expected("',' or '}'") }
            return .other("an object")
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "t"): return try word("true", .other("true"))
        case UInt8(ascii: "f"): return try word("false", .other("false"))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func list(depth: Int) throws(Malformed) -> Value {
        place += 1
        var texts: [String?] = []
        var isTexts = true
        skipSpace()
        if !take("]") {
            repeat {
                switch try value(depth: depth + 1) {
                case .string(let text): texts.append(text)
                case .null: texts.append(nil)
                default: isTexts = false
                }
                skipSpace()
            } while take(",")
            guard take("]") else { throw expected("',' or ']'") }
        }
        return isTexts ? .list(texts) : .other("a list of other things than texts")
    }

    private mutating func word(_ word: StaticString, _ value: Value) throws(Malformed) -> Value {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[place..<end].elementsEqual(
                UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            )
        else { throw expected("a value") }
        place = end
        return value
    }

    private mutating func number() throws(Malformed) -> String {
        let start = place
        while let byte = peek, Self.isNumeric(byte) { place += 1 }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        guard Double(text) != nil else {
            place = start
            throw expected("a value")
        }
        return text
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { place += 1 }
    }

    func expected(_ what: String) -> Malformed {
        Malformed(problem: "byte \(place + 1) of the row should be \(what)")
    }
}

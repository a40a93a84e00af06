/// One JSON object, read member by member without a tree.
///
/// It takes what Python's `json.dumps` writes: `NaN` and `Infinity` are numbers, a half of a surrogate pair becomes
/// U+FFFD, and numbers may have any size. Of members with one name the last counts (``last(_:of:)``). Only what is asked
/// for is decoded; the rest is passed over, however deep it is nested.
struct JSONRow {
    enum Value: Equatable {
        case string(String)
        /// As it is written.
        case number(String)
        case null
        /// A list of texts; nil stands for null.
        case list([String?])
        /// The texts of a list that holds other things, too.
        case mixed([String])
        /// Where an object lies in the bytes.
        case object(Range<Int>)
        /// `true` or `false`.
        case other(String)
    }

    typealias Member = (name: String, value: Value)

    struct Malformed: Error, Equatable { var problem: String }

    /// Python's own limit is near.
    static let maximumDepth = 1024
    let bytes: UnsafeRawBufferPointer
    var place = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        place = LineScanner.byteOrderMarkLength(of: bytes)
    }

    /// The members whose names are wanted, in order.
    ///
    /// - Throws: `Malformed` for anything but one object.
    mutating func members(_ isWanted: (String) -> Bool = { _ in true }) throws(Malformed) -> [Member] {
        skipSpace()
        guard take("{") else { throw Malformed(problem: Self.noObject) }
        var members: [Member] = []
        skipSpace()
        if !take("}") {
            repeat {
                skipSpace()
                let name = try string()
                try colon()
                if isWanted(name) { members.append((name, try value())) } else { try skip() }
                skipSpace()
            } while take(",")
            guard take("}") else { throw expected("',' or '}'") }
        }
        skipSpace()
        guard place == bytes.count else { throw expected("nothing after the object") }
        return members
    }

    /// What is said of anything but an object.
    static let noObject = "it is no JSON object"

    /// The value that counts of a name.
    static func last(_ name: String, of members: [Member]) -> Value? {
        members.last { $0.name == name }?.value
    }

    private mutating func value() throws(Malformed) -> Value {
        skipSpace()
        let start = place
        switch peek {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "{"):
            try skip()
            return .object(start..<place)
        case UInt8(ascii: "t"), UInt8(ascii: "f"):
            try skip()
            return .other(written(from: start))
        case UInt8(ascii: "n"):
            try skip()
            return .null
        default:
            try skip()
            return .number(written(from: start))
        }
    }

    private mutating func list() throws(Malformed) -> Value {
        place += 1
        var texts: [String?] = []
        var isMixed = false
        skipSpace()
        if !take("]") {
            repeat {
                skipSpace()
                if peek == UInt8(ascii: "\"") {
                    texts.append(try string())
                } else {
                    let first = place
                    try skip(depth: 1)
                    if written(from: first) == "null" { texts.append(nil) } else { isMixed = true }
                }
                skipSpace()
            } while take(",")
            guard take("]") else { throw expected("',' or ']'") }
        }
        return isMixed ? .mixed(texts.compactMap(\.self)) : .list(texts)
    }

    /// The bytes from a place to here, short enough not to copy a nested value.
    private func written(from start: Int) -> String {
        guard bytes[start] != UInt8(ascii: "{"), bytes[start] != UInt8(ascii: "[") else { return "" }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    mutating func colon() throws(Malformed) {
        skipSpace()
        guard take(":") else { throw expected("':' after a name") }
    }

    mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { place += 1 }
    }

    func expected(_ what: String) -> Malformed {
        Malformed(problem: "byte \(place + 1) of it should be \(what)")
    }
}

/// The 512 bytes before a member's content.
struct TarHeader {
    enum Kind: Equatable {
        case regular, extended, global, longName, other
        /// Content that is not the file's in one piece, by its name for people.
        case partial(String)
    }

    private let bytes: UnsafeRawBufferPointer

    /// - Precondition: 512 bytes.
    init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == TarReader.block)
        self.bytes = bytes
    }

    var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

    /// Old tars summed signed bytes, so both sums are accepted.
    var checksumFits: Bool {
        guard let stored = number(148..<156) else { return false }
        var unsigned = 0
        var negative = 0
        // An index reads each header once: eight bytes at a time, as sums of two in lanes of 16 bits.
        var lanes: UInt64 = 0
        for offset in stride(from: 0, to: bytes.count, by: 8) {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            lanes += (word & 0x00FF_00FF_00FF_00FF) + (word >> 8 & 0x00FF_00FF_00FF_00FF)
            negative += (word & 0x8080_8080_8080_8080).nonzeroBitCount
        }
        for lane in stride(from: UInt64(0), to: 64, by: 16) { unsigned += Int(lanes >> lane & 0xFFFF) }
        // The field itself counts as blanks.
        for byte in bytes[148..<156] {
            unsigned += Int(UInt8(ascii: " ")) - Int(byte)
            negative -= Int(byte >> 7)
        }
        let signed = unsigned - 256 * negative
        return stored == UInt64(unsigned) || Int64(exactly: stored) == Int64(signed)
    }

    var kind: Kind {
        switch bytes[156] {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
            // Before ustar, a directory was a regular file whose name ends in a slash.
            bytes[156] == 0 && name.hasSuffix("/") ? .other : .regular
        case UInt8(ascii: "x"), UInt8(ascii: "X"): .extended
        case UInt8(ascii: "g"): .global
        case UInt8(ascii: "L"): .longName
        case UInt8(ascii: "S"): .partial("a sparse file")
        case UInt8(ascii: "M"): .partial("the rest of a file from another volume")
        default: .other
        }
    }

    /// Links, devices and directories may state a size but store nothing.
    var hasNoContent: Bool { (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(bytes[156]) }

    var size: UInt64? { number(124..<136) }

    var name: String {
        let name = text(0..<100)
        let isUstar = bytes[257..<263].elementsEqual([0x75, 0x73, 0x74, 0x61, 0x72, 0])
        let prefix = isUstar ? text(345..<500) : ""
        return prefix.isEmpty ? name : "\(prefix)/\(name)"
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self)
    }

    /// An octal number, or GNU's big-endian binary form, which sets the top bit.
    private func number(_ range: Range<Int>) -> UInt64? {
        let field = bytes[range]
        guard let first = field.first else { return nil }
        if first & 0x80 != 0 {
            guard first == 0x80 else { return nil }
            var value: UInt64 = 0
            for byte in field.dropFirst() {
                guard value >> 56 == 0 else { return nil }
                value = value << 8 | UInt64(byte)
            }
            return value
        }
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        var value: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit), value >> 61 == 0 else {
                return nil
            }
            value = value << 3 | UInt64(digit - UInt8(ascii: "0"))
        }
        return value
    }
}

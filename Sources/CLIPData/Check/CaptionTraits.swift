/// Peculiarities of a caption that no language explains.
struct CaptionTraits: Equatable {
    /// There are HTML tags or entities.
    var hasMarkup = false
    /// There is a web address.
    var hasAddress = false
    /// Most of its characters are U+FFFD, which stands for bytes that could not be read.
    var isMostlyReplaced = false

    init(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var replaced = 0
            var characters = 0
            for (place, byte) in bytes.enumerated() {
                if byte & 0xC0 != 0x80, byte > 0x20 { characters += 1 }
                switch byte {
                case 0xEF where Self.starts(bytes, place, "\u{FFFD}"): replaced += 1
                case UInt8(ascii: "<") where !hasMarkup: hasMarkup = Self.isTag(bytes, place)
                case UInt8(ascii: "&") where !hasMarkup: hasMarkup = Self.isEntity(bytes, place)
                case UInt8(ascii: ":") where Self.starts(bytes, place, "://"): hasAddress = true
                case UInt8(ascii: "w") where Self.starts(bytes, place, "www."): hasAddress = true
                default: break
                }
            }
            isMostlyReplaced = 2 * replaced > characters
        }
    }

    private static func starts(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int, _ text: String) -> Bool {
        bytes[place...].starts(with: text.utf8)
    }

    /// `<`, a letter or `/`, and `>` within 100 bytes.
    private static func isTag(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        let rest = bytes[place...].dropFirst().prefix(100)
        guard let first = rest.first, isLetter(first) || first == UInt8(ascii: "/") else { return false }
        return rest.contains(UInt8(ascii: ">"))
    }

    /// `&`, a name or a number, and `;` within 10 bytes.
    private static func isEntity(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        let rest = bytes[place...].dropFirst().prefix(10)
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")), end > rest.startIndex else { return false }
        return rest[..<end].allSatisfy {
            isLetter($0) || $0 == UInt8(ascii: "#") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

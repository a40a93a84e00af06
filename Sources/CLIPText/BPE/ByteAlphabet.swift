/// The alphabet of GPT-2's vocabulary files: each byte has a printable character and a place in the vocabulary.
///
/// Printable bytes of Latin-1 stand for themselves and come first; the other 68 are U+0100 and following.
enum ByteAlphabet {
    /// Byte to vocabulary id.
    static let symbols: [UInt16] = {
        var symbols = [UInt16](repeating: 0, count: 256)
        for (id, byte) in order.enumerated() { symbols[Int(byte)] = UInt16(id) }
        return symbols
    }()

    /// Byte to its printable character.
    static let characters: [Unicode.Scalar] = {
        var characters = (0..<256).map { Unicode.Scalar(UInt8($0)) }
        for (place, byte) in order.dropFirst(printable.count).enumerated() {
            characters[Int(byte)] = Unicode.Scalar(UInt16(0x100 + place)) ?? " "
        }
        return characters
    }()

    /// Bytes in the order of their ids.
    static let order: [UInt8] = printable + (0...255).filter { !printable.contains($0) }

    /// The bytes that a token spells; nil if a character is not of the alphabet.
    static func bytes(of token: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(token.utf8.count)
        for scalar in token.unicodeScalars {
            guard scalar.value < 0x144, let byte = byteOfCharacter[Int(scalar.value)] else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Byte by the code of its character, which ends at U+0143.
    private static let byteOfCharacter: [UInt8?] = {
        var bytes = [UInt8?](repeating: nil, count: 0x144)
        for (byte, character) in characters.enumerated() { bytes[Int(character.value)] = UInt8(byte) }
        return bytes
    }()

    private static let printable: [UInt8] = Array(33...126) + Array(161...172) + Array(174...255)
}

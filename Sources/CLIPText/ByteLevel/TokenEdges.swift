/// How a token begins and ends, by which words are told apart.
struct TokenEdges {
    /// The kind of the first character; nil where the token begins inside one.
    let first: ScalarClasses.Kind?
    /// The kind of the last character; nil where the token ends inside one.
    var last: ScalarClasses.Kind?
    private let isSpace: Bool

    /// - Parameter token: The bytes of a token, not empty.
    init(_ token: ArraySlice<UInt8>) {
        let bytes = Array(token)
        isSpace = bytes == [UInt8(ascii: " ")]
        (first, last) = bytes.withUnsafeBufferPointer { bytes in
            var start = bytes.count - 1
            while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
            return (Self.kind(bytes, at: 0), Self.kind(bytes, at: start))
        }
    }

    /// Whether the token goes on with the word of the one before it.
    func continues(_ previous: TokenEdges) -> Bool {
        guard let first else { return true }
        if first == .space { return false }
        // What ends inside a character is a letter in most texts.
        return previous.isSpace || first == previous.last ?? .letter
    }

    private static func kind(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> ScalarClasses.Kind? {
        let length =
            switch bytes[index] {
            case ..<0x80: 1
            case 0xC2..<0xE0: 2
            case 0xE0..<0xF0: 3
            case 0xF0..<0xF5: 4
            default: 0
            }
        guard length > 0, index + length <= bytes.count else { return nil }
        return PieceKinds.kind(bytes, at: index).kind
    }
}

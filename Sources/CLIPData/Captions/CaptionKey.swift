/// Hashes of captions, by which equal captions in a batch are found.
public enum CaptionKey {
    /// The hash of a caption, lower-cased, with each run of white space as one blank and none at the ends.
    public static func of(_ caption: String) -> UInt64 {
        var caption = caption
        return caption.withUTF8 { ofASCII($0) } ?? ofUnicode(caption)
    }

    /// Most captions are ASCII, and need neither Unicode's tables nor copies; nil where one is not.
    private static func ofASCII(_ text: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard text.allSatisfy({ $0 < 0x80 }) else { return nil }
        var hash = StableHash()
        var (isFirst, isBetween) = (true, true)
        for byte in text {
            if byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte) {
                isBetween = true
                continue
            }
            if isBetween, !isFirst { hash.combine(byte: UInt8(ascii: " ")) }
            (isFirst, isBetween) = (false, false)
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            hash.combine(byte: isUpper ? byte | 0x20 : byte)
        }
        return hash.value
    }

    static func ofUnicode(_ caption: String) -> UInt64 {
        var hash = StableHash()
        var isFirst = true
        for word in caption.lowercased().split(whereSeparator: \.isWhitespace) {
            if !isFirst { hash.combine(byte: UInt8(ascii: " ")) }
            isFirst = false
            hash.combine(word.utf8)
        }
        return hash.value
    }
}

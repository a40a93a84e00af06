/// Hashes of captions, by which equal captions in a batch are found.
public enum CaptionKey {
    /// The hash of a caption, lower-cased, with each run of white space as one blank and none at the ends.
    public static func of(_ caption: String) -> UInt64 {
        var hash = StableHash()
        var isFirst = true
        for word in caption.lowercased().split(whereSeparator: \.isWhitespace) {
            if !isFirst { hash.combine(CollectionOfOne(UInt8(ascii: " "))) }
            isFirst = false
            hash.combine(word.utf8)
        }
        return hash.value
    }
}

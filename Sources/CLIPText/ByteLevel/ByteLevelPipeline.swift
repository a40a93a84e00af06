/// What happens to a text before its pieces are merged.
struct ByteLevelPipeline: Sendable {
    /// Whether it is brought to Unicode's form C.
    var composes = false
    let splitter: PieceSplitter

    /// A text in form C; nil where it is as it was.
    func normalized(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        // Below U+0300, whose first byte is CC, all characters stay as they are.
        guard composes, bytes.contains(where: { $0 >= 0xCC }) else { return nil }
        let codes = UTF8Bytes.codePoints(bytes)
        let composed = CanonicalComposition.apply(codes)
        guard composed != codes else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for code in composed { UTF8Bytes.append(code, to: &result) }
        return result
    }
}

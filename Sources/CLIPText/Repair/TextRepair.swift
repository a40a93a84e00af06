/// Repairs text as `ftfy.fix_text` with its default settings does (ftfy 6.3; written from its behaviour).
///
/// A text is repaired line by line: its lines may come from different places.
enum TextRepair {
    private static let longestSegment = 1_000_000

    static func repaired(_ codes: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(codes.count)
        var isUnescaping = true
        var start = 0
        while start < codes.count {
            var end = codes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? codes.count
            end = min(end, start + longestSegment)
            let segment = Array(codes[start..<end])
            // A literal `<` tells of real HTML, whose references are meant, here and in all that follows.
            if segment.contains(0x3C) { isUnescaping = false }
            result.append(contentsOf: repaired(segment: segment, isUnescaping: isUnescaping))
            start = end
        }
        return result
    }

    private static func repaired(segment: [UInt32], isUnescaping: Bool) -> [UInt32] {
        var codes = segment
        while true {
            let before = codes
            if isUnescaping { codes = StrictEntities.unescaped(codes) }
            codes = EncodingRepair.repaired(codes)
            codes = CharacterReplacements.apply(codes)
            codes = CanonicalComposition.apply(codes)
            if codes == before { return codes }
        }
    }
}

/// Which samples a part of the work has, and in which chunks.
///
/// Chunks begin at multiples of their size, and a part is whole chunks, so that parts together are the same work as one.
struct CaptionFeaturePlan {
    /// The most parts that a work may have.
    static let maximumParts = 1 << 16

    private let whole: Range<Int>
    private let size: Int
    /// The numbers of the part's chunks.
    let chunks: Range<Int>

    /// - Parameters:
    ///   - whole: The ordinals of all parts.
    ///   - chunk: Ordinals in a chunk.
    init(_ whole: Range<Int>, chunk: Int, part: Int, of parts: Int) {
        self.whole = whole
        size = chunk
        let first = whole.lowerBound / chunk
        let count = whole.isEmpty ? 0 : (whole.upperBound + chunk - 1) / chunk - first
        chunks = first + count * (part - 1) / parts..<first + count * part / parts
    }

    /// The ordinals of the part.
    var ordinals: Range<Int> {
        let start = clamped(chunks.lowerBound * size)
        return start..<max(start, clamped(chunks.upperBound * size))
    }

    /// The ordinals of a chunk.
    func ordinals(of chunk: Int) -> Range<Int> { clamped(chunk * size)..<clamped((chunk + 1) * size) }

    private func clamped(_ ordinal: Int) -> Int { min(max(ordinal, whole.lowerBound), whole.upperBound) }
}

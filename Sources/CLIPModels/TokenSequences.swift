/// Texts as token ids, end to end without padding.
public struct TokenSequences: Sendable, Equatable {
    /// The ids of all texts, one text after the other.
    public var ids: [Int32]
    /// `[N + 1]`: text `i` is ids `offsets[i] ..< offsets[i + 1]`.
    public var offsets: [Int32]
    /// `[N]`: how many of a text's last ids make its feature; nil where the model decides.
    public var pooledCounts: [Int32]?

    /// Describes ids that lie end to end.
    public init(ids: [Int32], offsets: [Int32], pooledCounts: [Int32]? = nil) {
        self.ids = ids
        self.offsets = offsets
        self.pooledCounts = pooledCounts
    }

    /// Lays texts end to end.
    public init(_ texts: [[Int32]]) {
        ids = texts.flatMap { $0 }
        offsets = texts.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
    }

    /// Whether the offsets rise from 0 to the number of ids.
    var isConsistent: Bool {
        offsets.first == 0 && offsets.last.map(Int.init) == ids.count
            && zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
    }

    /// The number of texts.
    public var count: Int { offsets.count - 1 }

    /// Some of the texts, which follow each other.
    public func slice(_ texts: Range<Int>) -> TokenSequences {
        let start = offsets[texts.lowerBound]
        return TokenSequences(
            ids: Array(ids[Int(start)..<Int(offsets[texts.upperBound])]),
            offsets: offsets[texts.lowerBound...texts.upperBound].map { $0 - start },
            pooledCounts: pooledCounts.map { Array($0[texts]) }
        )
    }

    /// The ids of one text.
    public subscript(index: Int) -> ArraySlice<Int32> { ids[Int(offsets[index])..<Int(offsets[index + 1])] }
}

/// The integers that stand for symbols: 16 bits where they are enough, since small tables stay in the cache.
protocol MergeSymbol: FixedWidthInteger, UnsignedInteger, Sendable {
    /// Twice as wide, so that it holds two symbols.
    associatedtype Pair: FixedWidthInteger & UnsignedInteger & Sendable
    /// Spreads pairs over the slots of a table.
    static var multiplier: Pair { get }
}

extension UInt16: MergeSymbol {
    typealias Pair = UInt32
    static let multiplier: UInt32 = 0x9E37_79B1
}

extension UInt32: MergeSymbol {
    typealias Pair = UInt64
    static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
}

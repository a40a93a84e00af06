/// Random numbers that are a pure function of what they are for.
///
/// A stream is keyed by (seed, stage, visit, ordinal, purpose), so a draw never depends on threads, on the
/// order of work, or on what else was drawn. Element `k` of a stream is a 64-bit mix of the key and `k`.
public struct CounterRandom: RandomNumberGenerator, Sendable {
    /// What a draw decides. Streams of different purposes are independent of each other.
    public enum Purpose: UInt64, Sendable {
        case order = 1
        case reserve, crop, caption, textMask, imageMask, colour, flip, dropout, initialisation, prototypes
        case blockOrder, mixture, negative
    }

    /// The mix of everything but the purpose.
    private let visitKey: UInt64
    private var key: UInt64
    private var counter: UInt64 = 0

    /// Creates the stream of one purpose for one visit of one sample.
    ///
    /// - Parameters:
    ///   - seed: The run's seed.
    ///   - stage: The stage of the run, from 0.
    ///   - visit: How often the sample was visited before (the epoch of its position).
    ///   - ordinal: The sample's dense number, or a stream position where no sample is meant.
    ///   - purpose: What the draw decides.
    public init(seed: UInt64, stage: UInt64 = 0, visit: UInt64 = 0, ordinal: UInt64 = 0, purpose: Purpose) {
        var key = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
        for word in [stage, visit, ordinal] { key = Self.absorbed(word, in: key) }
        self.init(visitKey: key, purpose: purpose)
    }

    private init(visitKey: UInt64, purpose: Purpose) {
        self.visitKey = visitKey
        key = Self.absorbed(purpose.rawValue, in: visitKey)
    }

    /// The stream of another purpose for the same visit of the same sample, from its start.
    public func stream(of purpose: Purpose) -> CounterRandom {
        CounterRandom(visitKey: visitKey, purpose: purpose)
    }

    /// The stream of one of several things of the same purpose, as the captions of a sample; from its start.
    public func numbered(_ number: Int) -> CounterRandom {
        var stream = self
        stream.key = Self.absorbed(UInt64(number), in: key)
        stream.counter = 0
        return stream
    }

    private static func absorbed(_ word: UInt64, in key: UInt64) -> UInt64 {
        mix(key ^ mix(word &+ 0xD1B5_4A32_D192_ED03))
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        counter &+= 1
        return Self.mix(key ^ Self.mix(counter &* 0x9E37_79B9_7F4A_7C15))
    }

    /// A bijective 64-bit mix in which every input bit affects every output bit (Stafford's variant 13).
    public static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension RandomNumberGenerator {
    /// A number in `[0, 1)` with 53 random bits; the same on every platform and toolchain.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// An integer in `0 ..< count`, unbiased for the counts met in practice (bias below `count / 2⁶⁴`).
    ///
    /// - Precondition: `count > 0`.
    public mutating func index(below count: Int) -> Int {
        precondition(count > 0, "an index needs at least one choice")
        return Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }
}

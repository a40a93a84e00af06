/// A 64-bit hash that is the same in every process, build and platform (FNV-1a, then a full mix).
public struct StableHash: Sendable {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Creates the hash of nothing.
    public init() {}

    /// Adds bytes.
    public mutating func combine(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { combine(byte: byte) }
    }

    mutating func combine(byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    /// Adds a string's UTF-8 bytes.
    public mutating func combine(_ text: String) {
        combine(text.utf8)
    }

    /// Adds a number, low byte first.
    public mutating func combine(_ number: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) {
            state = (state ^ ((number >> UInt64(shift)) & 0xFF)) &* 0x0000_0100_0000_01B3
        }
    }

    /// The hash of all that was added.
    public var value: UInt64 { CounterRandom.mix(state) }

    /// The hash of bytes.
    public static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash = StableHash()
        hash.combine(bytes)
        return hash.value
    }

    /// The hash of a string's UTF-8 bytes.
    public static func of(_ text: String) -> UInt64 { of(text.utf8) }
}

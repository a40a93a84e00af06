/// A 64-bit hash of bytes that is the same in every process and does not depend on the pieces they come in.
///
/// Four lanes take eight bytes each in turn, so that the multiplications overlap. It finds damage; it is no
/// protection against somebody who wants two contents with one hash.
public struct ContentHash: Sendable {
    private static let factor: UInt64 = 0x9FB2_1C65_1E98_DF25
    private var lanes: SIMD4<UInt64>
    private var pending: [UInt8] = []
    private var count: UInt64 = 0

    /// The hash of nothing so far.
    package init(seed: UInt64 = 0) {
        lanes = SIMD4(
            0x243F_6A88_85A3_08D3,
            0x1319_8A2E_0370_7344,
            0xA409_3822_299F_31D0,
            0x082E_FA98_EC4E_6C89
        )
        for lane in 0..<4 { lanes[lane] = Self.mix(lanes[lane] ^ seed) }
    }

    /// Adds bytes.
    package mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        count &+= UInt64(bytes.count)
        var start = 0
        if !pending.isEmpty {
            start = min(32 - pending.count, bytes.count)
            pending.append(contentsOf: bytes[..<start])
            guard pending.count == 32 else { return }
            pending.withUnsafeBytes { take($0) }
            pending.removeAll(keepingCapacity: true)
        }
        let end = start + (bytes.count - start) / 32 * 32
        take(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        guard end < bytes.count else { return }
        pending.reserveCapacity(32)
        pending.append(contentsOf: bytes[end...])
    }

    /// Adds a string's UTF-8 bytes.
    package mutating func combine(_ text: String) {
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { combine($0) }
    }

    /// The hash of all that was added.
    package var value: UInt64 { pending.withUnsafeBytes { value(tail: $0) } }

    private func value(tail: UnsafeRawBufferPointer) -> UInt64 {
        var result = Self.mix(count)
        for lane in 0..<4 { result = Self.mix(result ^ lanes[lane]) &* Self.factor }
        for byte in tail { result = (result ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return Self.mix(result)
    }

    /// The hash of a buffer.
    public static func of(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        // Nothing is pending between two pieces, so that no memory is needed.
        var hash = ContentHash(seed: seed)
        hash.count = UInt64(bytes.count)
        let end = bytes.count / 32 * 32
        hash.take(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        return hash.value(tail: UnsafeRawBufferPointer(rebasing: bytes[end...]))
    }

    /// The hash of a text.
    package static func of(_ text: String, seed: UInt64 = 0) -> UInt64 {
        var hash = ContentHash(seed: seed)
        hash.combine(text)
        return hash.value
    }

    /// Whole blocks of 32 bytes.
    private mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
        for offset in stride(from: 0, to: bytes.count, by: 32) {
            a = Self.step(a, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            b = Self.step(b, bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
            c = Self.step(c, bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self))
            d = Self.step(d, bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self))
        }
        lanes = SIMD4(a, b, c, d)
    }

    private static func step(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        let product = (lane ^ UInt64(littleEndian: word)) &* factor
        return product ^ (product >> 29)
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension UInt64 {
    /// 16 hexadecimal digits.
    package var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The eight scales and eight offsets of Q4_K and Q5_K, 6 bits each in 12 bytes.
///
/// The first four of each lie in the low six bits of bytes 0 to 3 and 4 to 7. The last four have their low halves in the bytes 8
/// to 11, scales below and offsets above, and their two high bits where the first eight bytes have room.
struct SixBitScales {
    private let bytes: UnsafeRawPointer

    /// Reads the 12 bytes at an address when they are asked for.
    init(_ bytes: UnsafeRawPointer) { self.bytes = bytes }

    func scale(_ index: Int) -> Float {
        index < 4
            ? Float(bytes.byte(at: index) & 63)
            : Float(bytes.byte(at: index + 4) & 15 | bytes.byte(at: index - 4) >> 2 & 48)
    }

    func offset(_ index: Int) -> Float {
        index < 4
            ? Float(bytes.byte(at: index + 4) & 63)
            : Float(bytes.byte(at: index + 4) >> 4 | bytes.byte(at: index) >> 2 & 48)
    }
}

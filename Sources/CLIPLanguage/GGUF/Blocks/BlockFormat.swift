/// Weights in blocks: some whole numbers of few bits, and what they are scaled by.
///
/// Values are computed in float32 by the operations that ggml's own readers make, in their order, so that they agree to the last bit.
protocol BlockFormat {
    /// Values of a block; rows are whole blocks.
    static var valueCount: Int { get }
    /// Bytes of a block.
    static var byteCount: Int { get }
    /// Writes the values of one block.
    static func decode(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>)
}

extension BlockFormat {
    /// Writes the values of blocks that lie behind one another; the caller has checked both lengths.
    static func decode(_ blocks: UnsafeRawPointer, count: Int, into values: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            decode(blocks + index * byteCount, into: values + index * valueCount)
        }
    }
}

extension UnsafeRawPointer {
    /// A float16 in little-endian order at a place that need not be aligned.
    func half(at offset: Int) -> Float {
        Float(
            Float16(bitPattern: UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
        )
    }

    /// A byte.
    func byte(at offset: Int) -> UInt8 { load(fromByteOffset: offset, as: UInt8.self) }
}

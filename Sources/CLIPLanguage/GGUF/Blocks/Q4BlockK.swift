/// Q4_K: 256 numbers of 4 bits in eight groups of 32, each with a scale and an offset of 6 bits.
enum Q4BlockK: BlockFormat {
    static let valueCount = 256
    static let byteCount = 144

    static func decode(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let scale = block.half(at: 0)
        let offset = block.half(at: 2)
        let groups = SixBitScales(block + 4)
        // 32 bytes hold two groups, one in their low and one in their high halves.
        for pair in 0..<4 {
            let bytes = block + 16 + 32 * pair
            let low = values + 64 * pair
            let high = low + 32
            let (lowScale, lowOffset) = (scale * groups.scale(2 * pair), offset * groups.offset(2 * pair))
            let (highScale, highOffset) = (
                scale * groups.scale(2 * pair + 1), offset * groups.offset(2 * pair + 1)
            )
            for index in 0..<32 {
                let byte = bytes.byte(at: index)
                low[index] = lowScale * Float(byte & 15) - lowOffset
                high[index] = highScale * Float(byte >> 4) - highOffset
            }
        }
    }
}

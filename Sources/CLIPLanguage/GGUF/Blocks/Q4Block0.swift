/// Q4_0: 32 numbers of 4 bits around 8, and one scale. The low halves of the bytes are the first 16 values.
enum Q4Block0: BlockFormat {
    static let valueCount = 32
    static let byteCount = 18

    static func decode(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let scale = block.half(at: 0)
        for index in 0..<16 {
            let pair = block.byte(at: 2 + index)
            values[index] = scale * (Float(pair & 15) - 8)
            values[index + 16] = scale * (Float(pair >> 4) - 8)
        }
    }
}

/// Q4_1: 32 numbers of 4 bits, a scale and the smallest value. The low halves of the bytes are the first 16 values.
enum Q4Block1: BlockFormat {
    static let valueCount = 32
    static let byteCount = 20

    static func decode(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let scale = block.half(at: 0)
        let least = block.half(at: 2)
        for index in 0..<16 {
            let pair = block.byte(at: 4 + index)
            values[index] = scale * Float(pair & 15) + least
            values[index + 16] = scale * Float(pair >> 4) + least
        }
    }
}

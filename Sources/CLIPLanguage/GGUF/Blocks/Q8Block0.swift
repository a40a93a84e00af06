/// Q8_0: 32 signed bytes and one scale.
enum Q8Block0: BlockFormat {
    static let valueCount = 32
    static let byteCount = 34

    static func decode(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let scale = block.half(at: 0)
        for index in 0..<32 {
            values[index] = Float(Int8(bitPattern: block.byte(at: 2 + index))) * scale
        }
    }
}

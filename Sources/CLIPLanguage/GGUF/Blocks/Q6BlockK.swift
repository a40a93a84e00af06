/// Q6_K: 256 numbers of 6 bits around 32 in sixteen groups of 16, each with a scale of a signed byte.
///
/// Each half of the block is four runs of 32 values: 64 bytes hold the low four bits of all of them, the low halves of the bytes
/// for the first two runs, and 32 bytes hold their high two bits, side by side.
enum Q6BlockK: BlockFormat {
    static let valueCount = 256
    static let byteCount = 210

    static func decode(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let scale = block.half(at: 208)
        for run in 0..<8 {
            let (half, inner) = (run / 4, run % 4)
            let lowBits = block + 64 * half + 32 * (inner % 2)
            let highBits = block + 128 + 32 * half
            let (lowShift, highShift) = (UInt8(4 * (inner / 2)), UInt8(2 * inner))
            let target = values + 32 * run
            for group in 0..<2 {
                let factor = scale * Float(Int8(bitPattern: block.byte(at: 192 + 2 * run + group)))
                for index in 16 * group..<16 * group + 16 {
                    let number =
                        lowBits.byte(at: index) >> lowShift & 15
                        | (highBits.byte(at: index) >> highShift & 3) << 4
                    target[index] = factor * (Float(number) - 32)
                }
            }
        }
    }
}

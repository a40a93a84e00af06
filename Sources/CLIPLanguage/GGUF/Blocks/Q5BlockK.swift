/// Q5_K: as Q4_K, with a fifth bit of each number: bit g of byte i belongs to value i of group g.
enum Q5BlockK: BlockFormat {
    static let valueCount = 256
    static let byteCount = 176

    static func decode(_ block: UnsafeRawPointer, into values: UnsafeMutablePointer<Float>) {
        let scale = block.half(at: 0)
        let offset = block.half(at: 2)
        let groups = SixBitScales(block + 4)
        let fifthBits = block + 16
        for group in 0..<8 {
            let bytes = block + 48 + 32 * (group / 2)
            let shift = UInt8(4 * (group % 2))
            let (groupScale, groupOffset) = (scale * groups.scale(group), offset * groups.offset(group))
            let target = values + 32 * group
            for index in 0..<32 {
                let fifth = fifthBits.byte(at: index) >> UInt8(group) & 1
                let number = bytes.byte(at: index) >> shift & 15 | fifth << 4
                target[index] = groupScale * Float(number) - groupOffset
            }
        }
    }
}

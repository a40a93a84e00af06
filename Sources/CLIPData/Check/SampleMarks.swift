/// By what a sample is compared with others; 0 stands for nothing to compare.
struct SampleMarks: Sendable {
    var key: UInt64 = 0
    var caption: UInt64 = 0
    var bytes: UInt64 = 0
    var pixels: UInt64 = 0
    var look: UInt64 = 0
    /// Any value of `look` may be a hash, so this tells whether it is one.
    var hasLook = false
}

/// The marks of all samples that were read, by place: 41 bytes each.
struct SampleMarkTable: Sendable {
    private(set) var keys: [UInt64]
    private(set) var captions: [UInt64]
    private(set) var bytes: [UInt64]
    private(set) var pixels: [UInt64]
    private(set) var looks: [UInt64]
    private(set) var hasLook: [Bool]

    init(count: Int) {
        keys = Array(repeating: 0, count: count)
        captions = keys
        bytes = keys
        pixels = keys
        looks = keys
        hasLook = Array(repeating: false, count: count)
    }

    mutating func store(_ marks: [SampleMarks], from start: Int) {
        for (offset, mark) in marks.enumerated() {
            keys[start + offset] = mark.key
            captions[start + offset] = mark.caption
            bytes[start + offset] = mark.bytes
            pixels[start + offset] = mark.pixels
            looks[start + offset] = mark.look
            hasLook[start + offset] = mark.hasLook
        }
    }
}

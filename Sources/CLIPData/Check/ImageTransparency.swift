/// Reads from an encoded image whether it declares transparency.
enum ImageTransparency {
    static func isDeclared(_ bytes: UnsafeRawBufferPointer, _ format: ImageFormat) -> Bool {
        switch format {
        case .jpeg: false
        case .png: png(bytes)
        case .webp: webp(bytes)
        }
    }

    /// The colour type's alpha bit, or a `tRNS` chunk before the pixels.
    private static func png(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 25 else { return false }
        if bytes[25] & 4 != 0 { return true }
        var place = 8
        while place + 8 <= bytes.count {
            let name = bytes[place + 4..<place + 8]
            if name.elementsEqual("tRNS".utf8) { return true }
            if name.elementsEqual("IDAT".utf8) { return false }
            let size = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            place += 12 + size
        }
        return false
    }

    /// The flag of the extended header, or of the lossless one.
    private static func webp(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 24 else { return false }
        let chunk = bytes[12..<16]
        if chunk.elementsEqual("VP8X".utf8) { return bytes[20] & 0x10 != 0 }
        return chunk.elementsEqual("VP8L".utf8) && bytes[24] & 0x10 != 0
    }
}

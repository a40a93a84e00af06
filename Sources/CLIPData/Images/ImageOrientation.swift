/// How a camera held a picture: EXIF's orientation, 1 for upright.
struct ImageOrientation: Equatable, Sendable {
    /// 1 to 8.
    let rawValue: Int

    /// Reads an encoded picture's orientation; nil where it says none.
    init?(of bytes: UnsafeRawBufferPointer) {
        guard let value = Self.orientation(ofJPEG: bytes) else { return nil }
        rawValue = value
    }

    /// The orientation that a JPEG's EXIF segment states.
    static func orientation(ofJPEG bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
        var place = 2
        while place + 4 <= bytes.count, bytes[place] == 0xFF, bytes[place + 1] != 0xDA {
            let size = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            guard size >= 2, place + 2 + size <= bytes.count else { return nil }
            let body = bytes[place + 4..<place + 2 + size]
            if bytes[place + 1] == 0xE1, body.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
                return orientation(ofTIFF: UnsafeRawBufferPointer(rebasing: body.dropFirst(6)))
            }
            place += 2 + size
        }
        return nil
    }

    private static func orientation(ofTIFF bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 8 else { return nil }
        let isLittle = bytes.starts(with: [0x49, 0x49])
        func number(_ place: Int, _ count: Int) -> Int? {
            guard place >= 0, place <= bytes.count - count else { return nil }
            let digits = bytes[place..<place + count]
            return (isLittle ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard let start = number(4, 4), let count = number(start, 2) else { return nil }
        for entry in 0..<count where number(start + 2 + 12 * entry, 2) == 0x0112 {
            return number(start + 10 + 12 * entry, 2).flatMap { (1...8).contains($0) ? $0 : nil }
        }
        return nil
    }
}

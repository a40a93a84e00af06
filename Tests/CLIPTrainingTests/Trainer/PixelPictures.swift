import Foundation

@testable import CLIPData

/// Pictures of which half have transparent parts, in shards for training and for zero-shot classification.
struct PixelPictures {
    enum Kind {
        /// With an alpha channel.
        case transparent
        /// The same without it: what lies under it shows.
        case dropped
        /// The same on white.
        case onWhite
    }

    static let count = 24
    static let classes = ["one", "two", "three", "four"]
    private static let side = 20

    /// Red, green, blue and opacity of a picture's pixels, in rows.
    private static func pixels(_ number: Int) -> [[UInt8]] {
        (0..<side * side).map { place in
            let (x, y) = (place % side, place / side)
            // The colour under transparent parts differs from picture to picture, too.
            let values = [37 * number + 5 * x, 91 * number + 3 * y, 53 * number]
            let isClear = number % 2 == 0 && (x + number) % 3 > 0
            return values.map { UInt8(truncatingIfNeeded: $0) } + [isClear ? UInt8(3 * y) : 255]
        }
    }

    static func picture(_ number: Int, _ kind: Kind) throws -> [UInt8] {
        let pixels = pixels(number)
        guard kind != .transparent else { return png(pixels) }
        if kind == .onWhite {
            return try ImageEncoder.png().encode(ImageDecoder(alpha: .white).decode(png(pixels)))
        }
        return try ImageEncoder.png().encode(
            RGBImage(width: side, height: side, pixels: pixels.flatMap { $0.prefix(3) })
        )
    }

    /// A JPEG whose EXIF data ask for a quarter turn, and its upright pixels as PNG.
    static func photograph(_ number: Int) throws -> (stored: [UInt8], upright: [UInt8]) {
        let bytes = (0..<20 * 16).flatMap { (place: Int) -> [UInt8] in
            let values = [11 * place + number, 9 * (place / 20), 12 * (place % 20)]
            return values.map { UInt8(truncatingIfNeeded: $0) }
        }
        let jpeg = try ImageEncoder.jpeg().encode(RGBImage(width: 20, height: 16, pixels: bytes))
        let directory: [UInt8] = [
            42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
        ]
        let exif = Array("Exif\0\0II".utf8) + directory
        var stored = jpeg
        stored.insert(contentsOf: [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif, at: 2)
        let upright = try ImageDecoder(orientation: .apply).decode(stored)
        return (stored, try ImageEncoder.png().encode(upright))
    }

    /// Shards of captions, or of classes where `member` is `cls`.
    static func write(
        _ path: String,
        member: String = "txt",
        suffix: String = "png",
        _ picture: (Int) throws -> [UInt8]
    ) throws {
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        var writer = try TarWriter(creating: path)
        for number in 0..<count {
            let label =
                member == "cls" ? "\(number % classes.count)" : "picture \(number) of \(classes[number % 4])"
            try writer.append(name: "\(number).\(suffix)", content: picture(number))
            try writer.append(name: "\(number).\(member)", content: Array(label.utf8))
        }
        _ = try writer.finish()
    }

    private static func png(_ pixels: [[UInt8]]) -> [UInt8] {
        var rows: [UInt8] = []
        for y in 0..<side { rows += [0] + pixels[y * side..<(y + 1) * side].flatMap(\.self) }
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let header: [UInt8] = word(side) + word(side) + [8, 6, 0, 0, 0]
        return signature + chunk("IHDR", header) + chunk("IDAT", stored(rows)) + chunk("IEND", [])
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        let sum = ~body.reduce(~0 as UInt32) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return word(data.count) + body + word(Int(sum))
    }

    /// One stored block of zlib.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt16(bytes.count)
        let (low, high) = bytes.reduce((1, 0)) { sums, byte in
            let low = (sums.0 + Int(byte)) % 65521
            return (low, (sums.1 + low) % 65521)
        }
        let lengths = [count, ~count].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let start: [UInt8] = [0x78, 0x01, 0x01]
        return start + lengths + bytes + word(high << 16 | low)
    }

    private static func word(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 0xFF) } }
}

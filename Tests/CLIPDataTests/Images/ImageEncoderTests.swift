import CLIPData
import Foundation
import Testing

@Suite struct ImageEncoderTests {
    private static func photo() throws -> RGBImage {
        try ImageDecoder().decode(ImageFixtures.bytes("photo.jpg"))
    }

    @Test(arguments: [0, 6, 9])
    func pngKeepsEveryPixel(level: Int) throws {
        let photo = try Self.photo()
        let bytes = try ImageEncoder.png(level: level).encode(photo)
        #expect(try ImageDecoder().decode(bytes) == photo)
    }

    @Test func jpegStaysCloseAndQualityCosts() throws {
        let photo = try Self.photo()
        func measured(_ encoder: ImageEncoder) throws -> (bytes: Int, error: Double) {
            let bytes = try encoder.encode(photo)
            let decoded = try ImageDecoder().decode(bytes)
            let total = zip(decoded.pixels, photo.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
            return (bytes.count, Double(total) / Double(photo.pixels.count))
        }
        let low = try measured(.jpeg(quality: 40)), high = try measured(.jpeg(quality: 95, fullChroma: true))
        #expect(high.error < 3 && high.error < low.error)
        #expect(low.bytes < high.bytes)
    }

    @Test(arguments: [ImageEncoder.png(level: 10), .png(level: -1), .jpeg(quality: 0), .jpeg(quality: 101)])
    func settingsOutOfRangeAreErrors(_ encoder: ImageEncoder) throws {
        let image = RGBImage(width: 1, height: 1, pixels: [1, 2, 3])
        #expect(throws: ImageEncodeError.self) { try encoder.encode(image) }
    }

    @Test func sidesBeyondTheFormatAreErrors() {
        let wide = RGBImage(width: 65_501, height: 1, pixels: Array(repeating: 0, count: 196_503))
        #expect(throws: ImageEncodeError.self) { try ImageEncoder.jpeg().encode(wide) }
    }
}

import Foundation
import Testing

@testable import CLIPData

/// PNG files whose pixels are whole and whose end is not; what Pillow 13 makes of each is said beside it.
@Suite struct PNGTailTests {
    /// A file of one IDAT and IEND, and where the content of IDAT starts and ends.
    private static func picture(_ file: String) throws -> (
        bytes: [UInt8], pixels: [UInt8], content: Range<Int>
    ) {
        let bytes = try ImageFixtures.bytes(file)
        var place = 8
        var content = 0..<0
        while place + 8 <= bytes.count {
            let size = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            if bytes[place + 4..<place + 8].elementsEqual("IDAT".utf8) {
                content = place + 8..<place + 8 + size
            }
            place += 12 + size
        }
        try #require(!content.isEmpty)
        return (bytes, try ImageDecoder().decode(bytes).pixels, content)
    }

    static let files = ["rgb.png", "rgba.png", "gray16.png", "interlaced.png"]

    @Test(arguments: files)
    func aMissingEndIsNoDamage(file: String) throws {
        let (bytes, pixels, content) = try Self.picture(file)
        // Without IEND, without the chunk's checksum, and without the checksum of the pixels: Pillow reads all of these.
        for end in [
            content.upperBound + 4, content.upperBound + 2, content.upperBound, content.upperBound - 4,
        ] {
            #expect(try ImageDecoder().decode(Array(bytes[..<end])).pixels == pixels, "\(end)")
        }
        // Pixels are missing: an error for Pillow, too.
        #expect(throws: ImageDecodeError.self) {
            try ImageDecoder().decode(Array(bytes[..<(content.upperBound - 12)]))
        }
    }

    @Test(arguments: files)
    func aChunksChecksumIsNotLookedAt(file: String) throws {
        var (bytes, pixels, content) = try Self.picture(file)
        bytes[content.upperBound] ^= 1
        #expect(try ImageDecoder().decode(bytes).pixels == pixels)
        // The checksum of the pixels themselves is: Pillow refuses the file.
        bytes[content.upperBound - 1] ^= 1
        #expect(throws: ImageDecodeError.self) { try ImageDecoder().decode(bytes) }
    }
}

import Foundation
import Testing

@testable import CLIPData

@Suite struct ImageOrientationTests {
    private let pictures: [PixelFixtures.Turned]

    init() throws {
        pictures = try PixelFixtures.expected().turned
        try #require(pictures.count == 17)
    }

    @Test func whatAPictureAsksForIsWhatPillowFinds() throws {
        for picture in pictures {
            let found = try PixelFixtures.bytes(picture.file).withUnsafeBytes { ImageOrientation(of: $0) }
            #expect(found == picture.orientation.flatMap(ImageOrientation.init(rawValue:)), "\(picture)")
        }
    }

    @Test func appliedItGivesPillowsPixelsAndIgnoredThoseThatAreStored() throws {
        for picture in pictures {
            let bytes = try PixelFixtures.bytes(picture.file)
            let upright = try ImageDecoder(orientation: .apply).decode(bytes)
            #expect((upright.width, upright.height) == (picture.width, picture.height), "\(picture)")
            #expect(ImageFixtures.hash(upright.pixels) == picture.upright, "\(picture)")
            let stored = try ImageDecoder().decode(bytes)
            #expect((stored.width, stored.height) == (21, 13), "\(picture)")
            #expect(ImageFixtures.hash(stored.pixels) == picture.stored, "\(picture)")
        }
    }

    /// Crops are drawn in the upright picture, and only what they need of the stored one is decoded.
    @Test(arguments: [ImageDecoder.Detail.exact, .fast])
    func transformsSeeTheUprightPicture(_ detail: ImageDecoder.Detail) throws {
        let train = TrainTransform(height: 8, width: 6, crop: RandomResizedCrop(scale: 0.2...0.6))
        let evaluation = EvaluationTransform(height: 9, width: 9)
        for picture in pictures where picture.orientation ?? 1 > 1 {
            let decoder = ImageDecoder(orientation: .apply, detail: detail)
            let bytes = try PixelFixtures.bytes(picture.file)
            let upright = try ImageEncoder.png().encode(decoder.decode(bytes))
            func rows(_ bytes: [UInt8]) throws -> [[UInt8]] {
                try (0..<6).map { ordinal in
                    try planes(height: 8, width: 6) { output in
                        var random = CounterRandom(seed: 3, ordinal: UInt64(ordinal), purpose: .crop)
                        try bytes.withUnsafeBytes {
                            try train.apply(
                                to: $0,
                                decoder: decoder,
                                random: &random,
                                workspace: ImageWorkspace(),
                                into: output
                            )
                        }
                    }
                } + [
                    planes(height: 9, width: 9) { output in
                        try bytes.withUnsafeBytes {
                            try evaluation.apply(
                                to: $0,
                                decoder: decoder,
                                workspace: ImageWorkspace(),
                                into: output
                            )
                        }
                    }
                ]
            }
            #expect(try rows(bytes) == rows(upright), "\(picture)")
        }
    }

    /// One value in both byte orders, and others that say nothing.
    @Test func exifIsReadInBothByteOrders() {
        func orientation(_ exif: [UInt8]) -> ImageOrientation? {
            let length = exif.count + 8
            let jpeg: [UInt8] =
                [0xFF, 0xD8, 0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + Array("Exif\0\0".utf8)
                + exif
                + [0xFF, 0xD9]
            return jpeg.withUnsafeBytes { ImageOrientation(of: $0) }
        }
        func big(type: UInt8 = 3, count: UInt8 = 1, _ value: [UInt8]) -> [UInt8] {
            Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, type, 0, 0, 0, count] + value
        }
        let little: [UInt8] =
            Array("II".utf8) + [42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]
        #expect(orientation(little) == .clockwise)
        #expect(orientation(big([0, 6, 0, 0])) == .clockwise)
        #expect(orientation(big(type: 4, [0, 0, 0, 8])) == .counterclockwise)
        #expect(orientation(Array("Exif\0\0".utf8) + little) == .clockwise)
        #expect(orientation(big([0, 9, 0, 0])) == nil)
        #expect(orientation(big(count: 2, [0, 6, 0, 6])) == nil)
        #expect(orientation(big(type: 2, [0, 6, 0, 0])) == nil)
        #expect(orientation([]) == nil)
    }

    /// Cut and changed files say something or nothing, and never read beyond their end.
    @Test func damagedMetadataEndTheSearch() throws {
        for picture in pictures {
            let bytes = try PixelFixtures.bytes(picture.file)
            for count in stride(from: 0, to: bytes.count, by: 1) {
                let cut = Array(bytes.prefix(count))
                let found = cut.withUnsafeBytes { ImageOrientation(of: $0) }
                #expect(found == nil || found?.rawValue == picture.orientation || picture.file == "both.jpg")
            }
            for place in bytes.indices.prefix(260) {
                for value: UInt8 in [0, 0x7F, 0xFF] {
                    var changed = bytes
                    changed[place] = value
                    _ = changed.withUnsafeBytes { ImageOrientation(of: $0) }
                }
            }
        }
    }

    @Test func gray16IsClippedOrScaled() throws {
        let expected = try PixelFixtures.expected().gray16
        let bytes = try PixelFixtures.bytes(expected.file)
        #expect(try ImageFixtures.hash(ImageDecoder().decode(bytes).pixels) == expected.clip)
        #expect(try ImageFixtures.hash(ImageDecoder(gray16: .scale).decode(bytes).pixels) == expected.scale)
        // Other kinds do not change.
        let gray8 = try ImageFixtures.bytes("gray.png")
        #expect(try ImageDecoder(gray16: .scale).decode(gray8) == ImageDecoder().decode(gray8))
    }
}

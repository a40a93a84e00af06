import CLIPData
import Foundation
import Testing

@Suite struct ImageDecoderTests {
    @Test func expectationsAreThere() {
        #expect(ImageFixtures.expected.good.count >= 29)
        #expect(ImageFixtures.expected.bad.count >= 11)
    }

    @Test(arguments: ImageFixtures.expected.good)
    func pixelsEqualPillows(_ expected: ImageFixtures.Good) throws {
        let bytes = try ImageFixtures.bytes(expected.file)
        let white = try ImageDecoder(alpha: .white).decode(bytes)
        #expect(white.width == expected.width && white.height == expected.height)
        #expect(ImageFixtures.hash(white.pixels) == expected.white)
        let dropped = try ImageDecoder(alpha: .drop).decode(bytes)
        #expect(ImageFixtures.hash(dropped.pixels) == expected.drop)
    }

    @Test(arguments: ImageFixtures.expected.good)
    func headersTellSizeAndAnimation(_ expected: ImageFixtures.Good) throws {
        let bytes = try ImageFixtures.bytes(expected.file)
        let header = try bytes.withUnsafeBytes {
            try ImageDecoder().header(of: $0, workspace: ImageWorkspace())
        }
        #expect(header.width == expected.width && header.height == expected.height)
        #expect(header.isAnimated == expected.animated)
    }

    @Test(arguments: ImageFixtures.expected.bad)
    func badDataIsAnErrorOfItsKind(_ expected: ImageFixtures.Bad) throws {
        let bytes = try ImageFixtures.bytes(expected.file)
        let error = #expect(throws: ImageDecodeError.self) { try ImageDecoder().decode(bytes) }
        #expect(error?.kind == expected.kind, "\(error?.description ?? "no error")")
    }

    @Test func foreignFormatsAreNamed() throws {
        let gif = try ImageFixtures.bytes("picture.gif")
        #expect(throws: ImageDecodeError.unsupported(found: "GIF")) { try ImageDecoder().decode(gif) }
    }

    @Test func thePixelLimitIsTheCallersAndInclusive() throws {
        let bytes = try ImageFixtures.bytes("rgb.png")
        _ = try ImageDecoder(maxPixels: 61 * 45).decode(bytes)
        #expect(throws: ImageDecodeError.tooManyPixels(width: 61, height: 45, limit: 61 * 45 - 1)) {
            try ImageDecoder(maxPixels: 61 * 45 - 1).decode(bytes)
        }
    }

    @Test func aWorkspaceSurvivesBadImages() throws {
        let workspace = ImageWorkspace()
        let decoder = ImageDecoder()
        for expected in ImageFixtures.expected.good {
            for bad in ImageFixtures.expected.bad {
                _ = try? ImageFixtures.bytes(bad.file).withUnsafeBytes {
                    try decoder.decode($0, workspace: workspace)
                }
            }
            let cut = try ImageFixtures.bytes(expected.file)
            _ = try? cut[0..<cut.count / 2].withUnsafeBytes { try decoder.decode($0, workspace: workspace) }
            let image = try cut.withUnsafeBytes { try decoder.decode($0, workspace: workspace) }
            #expect(ImageFixtures.hash(image.pixels) == expected.drop, "\(expected.file)")
        }
    }

    @Test func errorsSayWhatWasExpected() {
        #expect(ImageDecodeError.unsupported(found: "GIF").description.contains("expected JPEG, PNG or WebP"))
        #expect(ImageDecodeError.truncated(.jpeg, detail: "x").kind == "truncated jpeg")
        #expect(
            ImageDecodeError.tooManyPixels(width: 3, height: 4, limit: 5).description.contains("3×4")
        )
    }
}

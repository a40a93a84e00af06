import Foundation
import Testing

@testable import CLIPData

@Suite struct PillowResamplerTests {
    private static func photo() throws -> RGBImage {
        try ImageDecoder().decode(ImageFixtures.bytes("photo.jpg"))
    }

    @Test func expectationsAreThere() {
        #expect(ImageFixtures.expected.resizes.count >= 90)
    }

    @Test(arguments: [false, true])
    func pixelsEqualPillows(portable: Bool) throws {
        let photo = try Self.photo()
        let workspace = ImageWorkspace()
        workspace.isPortable = portable
        for expected in ImageFixtures.expected.resizes {
            let filter: PillowResampler.Filter = expected.filter == "bicubic" ? .bicubic : .bilinear
            let box = expected.box.map {
                PillowResampler.Box(left: $0[0], top: $0[1], right: $0[2], bottom: $0[3])
            }
            for order in PillowResampler.PassOrder.allCases {
                let scaled = try PillowResampler(filter: filter, passOrder: order).resize(
                    photo,
                    width: expected.width,
                    height: expected.height,
                    box: box,
                    workspace: workspace
                )
                let pixels = order == .horizontalFirst ? expected.horizontalFirst : expected.pixels
                #expect(ImageFixtures.hash(scaled.pixels) == pixels, "\(expected.testDescription) \(order)")
            }
        }
    }

    @Test func scalingToTheSameSizeChangesNothing() throws {
        let photo = try Self.photo()
        #expect(try PillowResampler().resize(photo, width: photo.width, height: photo.height) == photo)
    }

    @Test func aFlatImageStaysFlat() throws {
        let flat = RGBImage(width: 5, height: 3, pixels: Array(repeating: 255, count: 45))
        let scaled = try PillowResampler().resize(flat, width: 17, height: 2)
        #expect(scaled.pixels.allSatisfy { $0 == 255 })
    }

    @Test(arguments: [
        PillowResampler.Box(left: -1, top: 0, right: 3, bottom: 3),
        PillowResampler.Box(left: 0, top: 0, right: 6, bottom: 3),
        PillowResampler.Box(left: 2, top: 1, right: 2, bottom: 3),
        PillowResampler.Box(left: .nan, top: 0, right: 3, bottom: 3),
        PillowResampler.Box(left: 0, top: 0, right: .infinity, bottom: 3),
    ])
    func boxesOutsideTheImageAreRefused(_ box: PillowResampler.Box) {
        let image = RGBImage(width: 5, height: 3, pixels: Array(repeating: 9, count: 45))
        #expect(throws: ImageResizeError.self) {
            try PillowResampler().resize(image, width: 4, height: 4, box: box)
        }
    }

    @Test(arguments: [(0, 4), (4, -1)])
    func sizesWithoutPixelsAreRefused(_ width: Int, _ height: Int) {
        let image = RGBImage(width: 5, height: 3, pixels: Array(repeating: 9, count: 45))
        #expect(throws: ImageResizeError.self) {
            try PillowResampler().resize(image, width: width, height: height)
        }
    }
}

import Foundation
import Testing

@testable import CLIPData

@Suite struct TrainTransformTests {
    @Test func expectationsAreThere() {
        #expect(ImageFixtures.expected.crops.count >= 32)
    }

    @Test(arguments: ImageFixtures.expected.crops)
    func equalsTorchvisionForEqualDraws(_ expected: ImageFixtures.Crop) throws {
        let bytes = try ImageFixtures.bytes(expected.file)
        let crop = RandomResizedCrop(scale: expected.scale[0]...expected.scale[1])
        let workspace = ImageWorkspace()
        for flip in [0.0, 1.0] {
            let transform = TrainTransform(
                height: expected.height,
                width: expected.width,
                crop: crop,
                horizontalFlip: flip
            )
            var random = CounterRandom(seed: expected.seed, ordinal: expected.ordinal, purpose: .crop)
            let row = try planes(height: expected.height, width: expected.width) { output in
                try bytes.withUnsafeBytes {
                    try transform.apply(to: $0, random: &random, workspace: workspace, into: output)
                }
            }
            #expect(ImageFixtures.hash(row) == (flip == 0 ? expected.pixels : expected.mirrored))
        }
    }

    @Test(arguments: ImageFixtures.expected.crops)
    func regionsEqualTorchvisions(_ expected: ImageFixtures.Crop) throws {
        let bytes = try ImageFixtures.bytes(expected.file)
        let header = try bytes.withUnsafeBytes {
            try ImageDecoder().header(of: $0, workspace: ImageWorkspace())
        }
        var random = CounterRandom(seed: expected.seed, ordinal: expected.ordinal, purpose: .crop)
        let region = RandomResizedCrop(scale: expected.scale[0]...expected.scale[1])
            .region(width: header.width, height: header.height, random: &random)
        #expect([region.x, region.y, region.width, region.height] == expected.region)
    }

    @Test func regionsStayInsideAndKeepTheirLimits() {
        let crop = RandomResizedCrop(scale: 0.3...0.6)
        for ordinal in 0..<200 as Range<UInt64> {
            var random = CounterRandom(seed: 3, ordinal: ordinal, purpose: .crop)
            let region = crop.region(width: 300, height: 200, random: &random)
            #expect(region.x >= 0 && region.x + region.width <= 300)
            #expect(region.y >= 0 && region.y + region.height <= 200)
            let share = Double(region.width * region.height) / 60_000
            #expect(share > 0.29 && share < 0.61)
            let ratio = Double(region.width) / Double(region.height)
            #expect(ratio > 0.74 && ratio < 1.35)
        }
    }

    @Test func thinImagesFallBackToTheCentre() {
        var random = CounterRandom(seed: 3, purpose: .crop)
        let region = RandomResizedCrop().region(width: 4, height: 1000, random: &random)
        #expect(region == PixelRegion(x: 0, y: 497, width: 4, height: 5))
        #expect(
            RandomResizedCrop().region(width: 1, height: 1, random: &random)
                == PixelRegion(x: 0, y: 0, width: 1, height: 1)
        )
    }

    @Test func badImagesAreErrors() throws {
        let transform = TrainTransform(height: 8, width: 8)
        let workspace = ImageWorkspace()
        for bad in ImageFixtures.expected.bad {
            let bytes = try ImageFixtures.bytes(bad.file)
            var random = CounterRandom(seed: 1, purpose: .crop)
            let error = #expect(throws: ImageDecodeError.self) {
                _ = try planes(height: 8, width: 8) { output in
                    try bytes.withUnsafeBytes {
                        try transform.apply(to: $0, random: &random, workspace: workspace, into: output)
                    }
                }
            }
            #expect(error?.kind == bad.kind)
        }
    }
}

import Foundation
import Testing

@testable import CLIPData

/// Decoding a part yields the pixels of decoding all, wherever the part lies.
@Suite struct RegionDecodingTests {
    private static let files = [
        "420.jpg", "422.jpg", "444.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "tall.jpg", "rgb.png",
        "lossy.webp",
    ]

    private func part(
        _ bytes: [UInt8],
        _ region: PixelRegion,
        _ workspace: ImageWorkspace
    ) throws -> [UInt8] {
        try bytes.withUnsafeBytes { raw in
            let decoder = ImageDecoder()
            let header = try decoder.header(of: raw, workspace: workspace)
            let (pixels, inside) = try decoder.read(header, region: region, workspace: workspace)
            var rows: [UInt8] = []
            for y in inside.y..<inside.y + inside.height {
                let start = pixels.pixels + (y * pixels.width + inside.x) * 3
                rows += UnsafeBufferPointer(start: start, count: 3 * inside.width)
            }
            return rows
        }
    }

    private func expect(_ bytes: [UInt8], _ regions: [PixelRegion]) throws {
        let image = try ImageDecoder().decode(bytes)
        let workspace = ImageWorkspace()
        for region in regions {
            var rows: [UInt8] = []
            for y in region.y..<region.y + region.height {
                let start = (y * image.width + region.x) * 3
                rows += image.pixels[start..<start + 3 * region.width]
            }
            let found = try part(bytes, region, workspace)
            if found != rows {
                Issue.record("\(region) differs")
                return
            }
        }
    }

    @Test(arguments: files)
    func everyOffsetAgrees(_ file: String) throws {
        let bytes = try ImageFixtures.bytes(file)
        let image = try ImageDecoder().decode(bytes)
        var regions: [PixelRegion] = []
        for y in 0..<image.height {
            for x in 0..<image.width where (x + y) % 2 == 0 || x % 16 == 0 || y % 16 == 0 {
                let width = min(image.width - x, 1 + (3 * x + y) % 19)
                regions.append(.init(x: x, y: y, width: width, height: min(image.height - y, 1 + x % 5)))
            }
        }
        for i in 0..<min(image.width, image.height) / 2 {
            regions.append(.init(x: i, y: i, width: image.width - 2 * i, height: image.height - 2 * i))
            regions.append(.init(x: i, y: i, width: image.width - i, height: image.height - i))
        }
        try expect(bytes, regions)
    }

    @Test(arguments: [false, true])
    func smallImagesAgree(_ fullChroma: Bool) throws {
        for (width, height) in [(1, 1), (1, 40), (40, 1), (2, 17), (33, 2)] {
            let pixels = (0..<3 * width * height).map { UInt8($0 * 37 % 251) }
            let image = RGBImage(width: width, height: height, pixels: pixels)
            let bytes = try ImageEncoder.jpeg(quality: 90, fullChroma: fullChroma).encode(image)
            let regions = (0..<height).flatMap { y in
                (0..<width).map { PixelRegion(x: $0, y: y, width: width - $0, height: height - y) }
            }
            try expect(bytes, regions)
        }
    }

    @Test(arguments: [ImageDecoder.Detail.exact, .fast])
    func aCutFileIsAnErrorWhateverPartIsWanted(_ detail: ImageDecoder.Detail) throws {
        for file in ["photo.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg"] {
            let bytes = try ImageFixtures.bytes(file)
            let transform = TrainTransform(
                height: 4,
                width: 4,
                crop: RandomResizedCrop(scale: 0.01...0.02)
            )
            for count in [bytes.count - 3, bytes.count - 20, bytes.count * 3 / 4, bytes.count / 2] {
                for ordinal in 0..<6 as Range<UInt64> {
                    var random = CounterRandom(seed: 4, ordinal: ordinal, purpose: .crop)
                    let error = #expect(throws: ImageDecodeError.self) {
                        _ = try planes(height: 4, width: 4) { output in
                            try bytes[0..<count].withUnsafeBytes {
                                try transform.apply(
                                    to: $0,
                                    decoder: ImageDecoder(detail: detail),
                                    random: &random,
                                    workspace: ImageWorkspace(),
                                    into: output
                                )
                            }
                        }
                    }
                    #expect(error?.kind == "truncated jpeg")
                }
            }
        }
    }
}

import Foundation
import Testing

@testable import CLIPData

@Suite struct FastDecodingTests {
    private func row(
        _ bytes: [UInt8],
        _ transform: TrainTransform,
        _ detail: ImageDecoder.Detail,
        _ workspace: ImageWorkspace = ImageWorkspace()
    ) throws -> [UInt8] {
        var random = CounterRandom(seed: 8, purpose: .crop)
        return try planes(height: transform.height, width: transform.width) { output in
            try bytes.withUnsafeBytes {
                try transform.apply(
                    to: $0,
                    decoder: ImageDecoder(detail: detail),
                    random: &random,
                    workspace: workspace,
                    into: output
                )
            }
        }
    }

    private func meanError(_ a: [UInt8], _ b: [UInt8]) -> Double {
        Double(zip(a, b).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(a.count)
    }

    /// Waves that a photograph might hold, without noise at the scale of a pixel.
    private func smooth(_ width: Int, _ height: Int, quality: Int, fullChroma: Bool) throws -> [UInt8] {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let a = 128 + 90 * sin(Double(x) / 17) * cos(Double(y) / 13)
                let b = 128 + 90 * sin(Double(x + y) / 29), c = 128 + 60 * cos(Double(x - 2 * y) / 31)
                pixels += [UInt8(a), UInt8(b), UInt8(c)]
            }
        }
        let image = RGBImage(width: width, height: height, pixels: pixels)
        return try ImageEncoder.jpeg(quality: quality, fullChroma: fullChroma).encode(image)
    }

    @Test(arguments: [64, 32, 16, 300], [false, true])
    func isCloseAtEverySize(_ size: Int, _ fullChroma: Bool) throws {
        let bytes = try smooth(173, 141, quality: 92, fullChroma: fullChroma)
        let transform = TrainTransform(height: size, width: size, crop: RandomResizedCrop(scale: 0.6...1))
        let fast = try row(bytes, transform, .fast), exact = try row(bytes, transform, .exact)
        #expect(fast != exact)
        #expect(meanError(fast, exact) < 2.5, "\(meanError(fast, exact))")
    }

    @Test(arguments: ["420.jpg", "422.jpg", "444.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "tall.jpg"])
    func everyKindOfJPEGIsClose(_ file: String) throws {
        let bytes = try ImageFixtures.bytes(file)
        let transform = TrainTransform(height: 18, width: 18)
        let error = meanError(try row(bytes, transform, .fast), try row(bytes, transform, .exact))
        // The noise of these pictures is at the scale of a pixel, where smooth and plain chroma differ most.
        #expect(error < 8, "\(error)")
    }

    @Test func aReducedImageIsNeverSmallerThanTheOutput() throws {
        // A checkerboard of single pixels vanishes when the inverse transform halves the size; a scale that keeps
        // 120 of 128 pixels must still show it.
        let pixels = (0..<128 * 128 * 3).map { (place: Int) -> UInt8 in
            let x = place / 3 % 128
            let y = place / 384
            return (x + y) % 2 == 0 ? 0 : 200
        }
        let image = RGBImage(width: 128, height: 128, pixels: pixels)
        let bytes = try ImageEncoder.jpeg(quality: 95, fullChroma: true).encode(image)
        let whole = RandomResizedCrop(scale: 1...1, ratio: 1...1)
        let spreads = try [64, 120].map { size in
            let fast = try row(bytes, TrainTransform(height: size, width: size, crop: whole), .fast)
            return Int(fast.max() ?? 0) - Int(fast.min() ?? 0)
        }
        #expect(spreads[0] < 20 && spreads[1] > 100, "\(spreads)")
    }

    @Test func otherFormatsDoNotChange() throws {
        for file in ["rgb.png", "alpha.webp", "lossy.webp", "gray16.png", "one.png"] {
            let bytes = try ImageFixtures.bytes(file)
            let transform = TrainTransform(height: 9, width: 7)
            #expect(try row(bytes, transform, .fast) == row(bytes, transform, .exact), "\(file)")
        }
    }

    @Test func plainLoopsAgreeWithVectors() throws {
        let portable = ImageWorkspace()
        portable.isPortable = true
        for file in ["photo.jpg", "422.jpg", "gray.jpg", "tall.jpg"] {
            let bytes = try ImageFixtures.bytes(file)
            for size in [1, 5, 16, 33, 120, 400] {
                for filter in PillowResampler.Filter.allCases {
                    let transform = TrainTransform(
                        height: size,
                        width: size + 3,
                        resampler: PillowResampler(filter: filter)
                    )
                    let plain = try row(bytes, transform, .fast, portable)
                    #expect(try row(bytes, transform, .fast) == plain, "\(file) \(size)")
                }
            }
        }
    }

    @Test func tinyImagesWork() throws {
        for (width, height) in [(1, 1), (1, 9), (9, 1), (3, 2)] {
            let image = RGBImage(
                width: width,
                height: height,
                pixels: [UInt8](repeating: 90, count: 3 * width * height)
            )
            let bytes = try ImageEncoder.jpeg(quality: 95).encode(image)
            for size in [1, 8, 50] {
                let fast = try row(bytes, TrainTransform(height: size, width: size), .fast)
                #expect(fast.allSatisfy { abs(Int($0) - 90) <= 2 })
            }
        }
    }

    @Test func evaluationTakesWindowsToo() throws {
        let bytes = try smooth(200, 120, quality: 92, fullChroma: false)
        for mode in EvaluationTransform.ResizeMode.allCases {
            let transform = EvaluationTransform(height: 32, width: 40, resizeMode: mode)
            let rows = try [ImageDecoder.Detail.fast, .exact].map { detail in
                try planes(height: 32, width: 40) { output in
                    try bytes.withUnsafeBytes {
                        try transform.apply(
                            to: $0,
                            decoder: ImageDecoder(detail: detail),
                            workspace: ImageWorkspace(),
                            into: output
                        )
                    }
                }
            }
            #expect(meanError(rows[0], rows[1]) < 2, "\(mode)")
        }
    }

    @Test(arguments: ["420.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg"])
    func damageFailsAsInExact(_ file: String) throws {
        let bytes = try ImageFixtures.bytes(file)
        let workspace = ImageWorkspace()
        let transform = TrainTransform(height: 16, width: 16)
        var random = CounterRandom(seed: 5, purpose: .order)
        var outcomes: Set<String> = []
        for _ in 0..<200 {
            var damaged = bytes
            for _ in 0...random.index(below: 4) {
                damaged[random.index(below: damaged.count)] = UInt8(random.index(below: 256))
            }
            if random.uniform() < 0.2 { damaged.removeLast(random.index(below: damaged.count)) }
            let kinds = [ImageDecoder.Detail.exact, .fast].map { detail in
                do {
                    _ = try row(damaged, transform, detail, workspace)
                    return "decoded"
                } catch { return (error as? ImageDecodeError)?.kind ?? "\(error)" }
            }
            #expect(kinds[0] == kinds[1])
            outcomes.insert(kinds[0])
        }
        #expect(outcomes.count > 1)
    }

    @Test func aSampleIsCroppedAlikeAtEverySize() throws {
        let bytes = try ImageFixtures.bytes("photo.jpg")
        for detail in ImageDecoder.Detail.allCases {
            let large = try row(bytes, TrainTransform(height: 96, width: 96), detail)
            let small = try row(bytes, TrainTransform(height: 32, width: 32), detail)
            // The crop is drawn in pixels of the source, so thirds of the large row are the small one's pixels.
            var means: [UInt8] = []
            for channel in 0..<3 {
                for y in 0..<32 {
                    for x in 0..<32 {
                        var sum = 0
                        for i in 0..<9 {
                            sum += Int(large[channel * 9216 + (3 * y + i / 3) * 96 + 3 * x + i % 3])
                        }
                        means.append(UInt8((sum + 4) / 9))
                    }
                }
            }
            #expect(meanError(means, small) < 8, "\(meanError(means, small))")
        }
    }
}

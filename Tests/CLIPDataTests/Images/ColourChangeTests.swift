import Foundation
import Testing

@testable import CLIPData

@Suite struct ColourChangeTests {
    struct Golden: Decodable, CustomTestStringConvertible {
        let names: [String]
        let values: [Double]
        let pixels: String
        var testDescription: String { zip(names, values).map { "\($0) \($1)" }.joined(separator: ", ") }

        var steps: [ColourChange.Step] {
            zip(names, values).map { name, value in
                switch name {
                case "brightness": .brightness(Float(value))
                case "contrast": .contrast(Float(value))
                case "saturation": .saturation(Float(value))
                case "hue": .hue(ColourChange.shift(Float(value)))
                default: .gray
                }
            }
        }
    }

    static let goldens: [Golden] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/colours.json")
        return (try? JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))) ?? []
    }()

    static let strong = ColourChange(
        brightness: 0.4,
        contrast: 0.4,
        saturation: 0.4,
        hue: 0.1,
        probability: 1
    )

    @Test func expectationsAreThere() { #expect(Self.goldens.count >= 38) }

    @Test(arguments: goldens)
    func equalsTorchvisionOnPillowImages(_ golden: Golden) throws {
        let image = try ImageDecoder().decode(ImageFixtures.bytes("photo.jpg"))
        let count = image.width * image.height
        let row = planes(height: image.height, width: image.width) { output in
            image.pixels.withUnsafeBufferPointer { pixels in
                for i in 0..<count {
                    for channel in 0..<3 { output[channel * count + i] = pixels[3 * i + channel] }
                }
            }
            let row = PlanarPixels(output, height: image.height, width: image.width)
            for step in golden.steps { row.apply(step) }
        }
        #expect(ImageFixtures.hash(row) == golden.pixels)
    }

    private func row(_ transform: TrainTransform, ordinal: UInt64 = 5) throws -> [UInt8] {
        let bytes = try ImageFixtures.bytes("photo.jpg")
        var random = CounterRandom(seed: 8, ordinal: ordinal, purpose: .crop)
        return try planes(height: transform.height, width: transform.width) { output in
            try bytes.withUnsafeBytes {
                try transform.apply(to: $0, random: &random, workspace: ImageWorkspace(), into: output)
            }
        }
    }

    @Test func colourFollowsItsOwnStream() throws {
        var transform = TrainTransform(height: 20, width: 24, horizontalFlip: 0.5)
        for ordinal in 0..<6 as Range<UInt64> {
            transform.colour = ColourChange()
            let plain = try row(transform, ordinal: ordinal)
            transform.colour = Self.strong
            var draws = CounterRandom(seed: 8, ordinal: ordinal, purpose: .colour)
            let steps = Self.strong.steps(using: &draws)
            var expected = plain
            expected.withUnsafeMutableBufferPointer { pixels in
                let row = PlanarPixels(pixels, height: 20, width: 24)
                for step in steps { row.apply(step) }
            }
            let changed = try row(transform, ordinal: ordinal)
            #expect(changed == expected && changed != plain)
        }
    }

    @Test func drawsCoverTheirRangesAndAllOrders() {
        var change = Self.strong
        change.brightness = 1.5
        change.grayProbability = 0.25
        change.probability = 0.5
        var orders: Set<[String]> = []
        var applied = 0, gray = 0
        var brightness: [Float] = []
        for ordinal in 0..<2000 as Range<UInt64> {
            var random = CounterRandom(seed: 1, ordinal: ordinal, purpose: .colour)
            var steps = change.steps(using: &random)
            if steps.last == .gray {
                gray += 1
                steps.removeLast()
            }
            guard !steps.isEmpty else { continue }
            applied += 1
            orders.insert(steps.map { String("\($0)".prefix { $0 != "(" }) })
            for case .brightness(let factor) in steps { brightness.append(factor) }
        }
        #expect(orders.count == 24 && orders.allSatisfy { $0.count == 4 })
        #expect((900...1100).contains(applied) && (430...570).contains(gray))
        #expect(brightness.allSatisfy { (0...2.5).contains($0) })
        #expect((brightness.min() ?? 1) < 0.1 && (brightness.max() ?? 1) > 2.4)
    }

    @Test func strengthsOfNothingAreLeftOut() {
        var random = CounterRandom(seed: 1, purpose: .colour)
        let change = ColourChange(contrast: 0.5, probability: 1)
        #expect(change.steps(using: &random).count == 1)
        #expect(!ColourChange(contrast: 0.5).isActive && !ColourChange(probability: 1).isActive)
        #expect(ColourChange(grayProbability: 0.1).isActive)
        #expect([-0.5, -0.1, 0, 0.1, 0.5].map { ColourChange.shift(Float($0)) } == [129, 231, 0, 25, 127])
    }

    @Test func grayIsGray() throws {
        let gray = try row(TrainTransform(height: 8, width: 8, colour: ColourChange(grayProbability: 1)))
        #expect(gray[0..<64] == gray[64..<128] && gray[0..<64] == gray[128..<192])
        #expect(Set(gray).count > 1)
    }
}

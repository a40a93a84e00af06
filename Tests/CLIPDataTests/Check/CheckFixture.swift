import Foundation

@testable import CLIPData

/// A folder with shards of small pictures.
final class CheckFixture {
    let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    typealias Sample = (key: String, fields: [(suffix: String, content: [UInt8])])

    /// Writes a shard; its samples keep the order of their fields.
    func write(_ samples: [Sample], to name: String = "0.tar") throws {
        var writer = try TarWriter(creating: directory.path + "/" + name)
        for sample in samples {
            for field in sample.fields {
                try writer.append(name: "\(sample.key).\(field.suffix)", content: field.content)
            }
        }
        _ = try writer.finish()
    }

    func open() throws -> ShardDataset { try ShardDataset.open([directory.path]) }

    /// A good sample with a picture of its own.
    static func good(_ number: Int, key: String? = nil, caption: String? = nil) throws -> Sample {
        let text = caption ?? "the picture with number \(number)"
        return (
            key ?? "s\(number)",
            [("png", try png(picture(number))), ("txt", Array(text.utf8))]
        )
    }

    static func sample(_ key: String, _ fields: (String, [UInt8])...) -> Sample {
        (key, fields.map { (suffix: $0.0, content: $0.1) })
    }

    static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func png(_ image: RGBImage) throws -> [UInt8] { try ImageEncoder.png(level: 1).encode(image) }

    /// A smooth picture of coloured waves that the number decides.
    static func picture(_ number: Int, width: Int = 64, height: Int = 48, lighter: Double = 0) -> RGBImage {
        var random = CounterRandom(seed: UInt64(number), purpose: .order)
        let waves = (0..<16).map { _ in
            (x: random.uniform() * 44 - 22, y: random.uniform() * 44 - 22, phase: random.uniform() * 6)
        }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * width * height)
        for y in 0..<height {
            for x in 0..<width {
                let across = (Double(x) + 0.5) / Double(width), down = (Double(y) + 0.5) / Double(height)
                var sum = 0.0
                for wave in waves { sum += cos(wave.x * across + wave.y * down + wave.phase) }
                let value = UInt8(min(255, max(0, 125 + 11 * sum + lighter)))
                pixels += [value, UInt8(Int(value) / 2 + 50), 255 - value]
            }
        }
        return RGBImage(width: width, height: height, pixels: pixels)
    }

    func check(
        _ change: (inout DataCheckSettings) -> Void = { _ in },
        tokens: (@Sendable (String) -> Int)? = { $0.split(separator: " ").count },
        isInterrupted: @escaping @Sendable () -> Bool = { false }
    ) throws -> DataCheckReport {
        var settings = DataCheckSettings()
        settings.imageSize = 32
        change(&settings)
        return try DataCheck(settings, countTokens: tokens).run(open(), isInterrupted: isInterrupted)
    }
}

extension DataCheckReport {
    func count(_ kind: String) -> Int {
        (faults + remarks).first { $0.kind == kind }?.count ?? 0
    }
}

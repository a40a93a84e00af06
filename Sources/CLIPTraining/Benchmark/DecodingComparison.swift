public import CLIPData

/// Measures how far images decoded with `fast` are from those decoded exactly, crop by crop.
public struct DecodingComparison {
    /// The samples.
    public var source: any SampleSource
    /// How many of them, from the first on.
    public var samples: Int
    /// The side of the square images.
    public var size: Int

    /// Describes a measurement.
    public init(source: any SampleSource, samples: Int, size: Int = 224) {
        self.source = source
        self.samples = samples
        self.size = size
    }

    /// Decodes each sample both ways with the same crop; samples without a usable image are left out.
    ///
    /// - Throws: ``BenchmarkError`` for settings out of range or when no image could be used, and `ShardError`.
    public func run() throws -> DecodingComparisonReport {
        try BenchmarkError.check("the image size", size, 1...1 << 14)
        try BenchmarkError.check("the number of samples to compare", samples, 1...1 << 30)
        let transform = TrainTransform(height: size, width: size)
        let workspace = ImageWorkspace()
        var rows = [[UInt8]](repeating: [UInt8](repeating: 0, count: 3 * size * size), count: 2)
        var report = DecodingComparisonReport(images: 0, mean: 0, worst: 0, worstSample: "")
        for index in 0..<min(samples, source.count) {
            guard let field = try Self.image(of: index, in: source) else { continue }
            do {
                for (row, detail) in [ImageDecoder.Detail.exact, .fast].enumerated() {
                    var random = CounterRandom(seed: 0, ordinal: UInt64(index), purpose: .crop)
                    try rows[row].withUnsafeMutableBufferPointer { output in
                        try field.withUnsafeBytes { encoded in
                            try transform.apply(
                                to: encoded,
                                decoder: ImageDecoder(detail: detail),
                                random: &random,
                                workspace: workspace,
                                into: output
                            )
                        }
                    }
                }
            } catch is ImageDecodeError { continue }
            let sum = zip(rows[0], rows[1]).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
            let error = Double(sum) / Double(rows[0].count)
            report.images += 1
            report.mean += error
            if error >= report.worst {
                report.worst = error
                let label = source.label(at: index)
                report.worstSample = "\(label.key) in \(label.shard)"
            }
        }
        guard report.images > 0 else {
            throw BenchmarkError.setting(
                name: "the data",
                found: "no image that can be decoded in the first \(samples) samples",
                expected: "one at least"
            )
        }
        report.mean /= Double(report.images)
        return report
    }

    private static func image(of index: Int, in source: any SampleSource) throws -> FieldBytes? {
        for suffix in UsualNames.imageFields {
            if let field = try source.field(suffix, at: index) { return field }
        }
        return nil
    }
}

/// How far fast decoding is from exact decoding, in levels of 255.
public struct DecodingComparisonReport: Codable, Equatable, Sendable {
    /// Images compared.
    public var images: Int
    /// Mean absolute difference of all values of all images.
    public var mean: Double
    /// The mean absolute difference of the image where it is largest.
    public var worst: Double
    /// Which image that is.
    public var worstSample: String

    enum CodingKeys: String, CodingKey {
        case images, mean, worst
        case worstSample = "worst_sample"
    }
}

import CLIPText
import Testing

@testable import CLIPTraining

/// One stage of a published run.
struct PublishedStage: CustomTestStringConvertible, Sendable {
    var file: String
    var stage: Int
    var image, text, batch: Int
    var peak: Double
    var warmup: Int
    var length: TrainingDuration
    /// Patches that are computed.
    var patches: Int
    var reduction: TextReduction = .truncate
    var hasColours = false

    var testDescription: String { "\(file) \(stage)" }

    private static let fineTune = TrainingDuration.samples(131_072_000)

    static let all = [
        PublishedStage(
            file: "clipa-b16-i50-t16",
            stage: 0,
            image: 112,
            text: 16,
            batch: 65536,
            peak: 2.048e-3,
            warmup: 782,
            length: .epochs(6),
            patches: 49
        ),
        PublishedStage(
            file: "clipa-b16-i50-t16",
            stage: 1,
            image: 224,
            text: 16,
            batch: 8192,
            peak: 2.56e-5,
            warmup: 3072,
            length: fineTune,
            patches: 196
        ),
        PublishedStage(
            file: "clipa-l16-i17-t16",
            stage: 0,
            image: 64,
            text: 16,
            batch: 32768,
            peak: 1.024e-3,
            warmup: 1563,
            length: .epochs(6),
            patches: 16,
            reduction: .syntax,
            hasColours: true
        ),
        PublishedStage(
            file: "clipa-l16-i17-t16",
            stage: 1,
            image: 224,
            text: 16,
            batch: 7168,
            peak: 2.24e-5,
            warmup: 3571,
            length: fineTune,
            patches: 196,
            hasColours: true
        ),
        PublishedStage(
            file: "clipa-l16-i37-t8",
            stage: 0,
            image: 96,
            text: 8,
            batch: 32768,
            peak: 1.024e-3,
            warmup: 1563,
            length: .epochs(6),
            patches: 36,
            reduction: .syntax,
            hasColours: true
        ),
        PublishedStage(
            file: "clipa-l16-i37-t8",
            stage: 1,
            image: 224,
            text: 32,
            batch: 7168,
            peak: 2.24e-5,
            warmup: 3571,
            length: fineTune,
            patches: 196,
            hasColours: true
        ),
        PublishedStage(
            file: "clipa-h14-v2",
            stage: 0,
            image: 84,
            text: 8,
            batch: 65536,
            peak: 2.048e-3,
            warmup: 3200,
            length: .samples(1_281_167 * 10_000),
            patches: 36,
            reduction: .syntaxTable,
            hasColours: true
        ),
        PublishedStage(
            file: "clipa-h14-v2",
            stage: 1,
            image: 224,
            text: 32,
            batch: 32768,
            peak: 5.12e-5,
            warmup: 800,
            length: .samples(524_288_000),
            patches: 179,
            hasColours: true
        ),
        PublishedStage(
            file: "clipa-h14-v2",
            stage: 2,
            image: 336,
            text: 32,
            batch: 16384,
            peak: 6.4e-6,
            warmup: 1600,
            length: fineTune,
            patches: 345,
            hasColours: true
        ),
    ]
}

import CLIPModels
import Foundation
import Testing
import Torch

@testable import CLIPData
@testable import CLIPTraining

/// Runs of a model that takes embeddings of captions in place of text.
@Suite struct EmbeddingRunTests {
    private static let width = 6

    /// A fixture whose `model.json` takes embeddings, and an embedding for each of its captions.
    private func prepared() throws -> (fixture: TrainingFixture, embeddings: MemoryCaptionEmbeddings) {
        let fixture = try TrainingFixture()
        try fixture.write(
            """
            {"model_cfg": {"embed_dim": 16,
              "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": 1}},
             "swift_clip": {"text": {"kind": "embeddings", "width": \(Self.width), "projection": "linear"}}}
            """,
            to: "model.json"
        )
        return (fixture, try Self.embeddings(of: 0..<40))
    }

    private static func embeddings(of ordinals: Range<Int>) throws -> MemoryCaptionEmbeddings {
        try MemoryCaptionEmbeddings(
            width: width,
            rows: ordinals.map { ordinal in
                let colour = ordinal % TrainingFixture.colours.count
                return MemoryCaptionEmbeddings.Row(
                    ordinal: ordinal,
                    key: CaptionKey.of("a \(TrainingFixture.colours[colour].name) square"),
                    values: (0..<width).map { Float((colour * 7 + $0 * 3) % 11) / 11 - 0.5 }
                )
            }
        )
    }

    private func start(
        _ fixture: TrainingFixture,
        _ embeddings: MemoryCaptionEmbeddings?,
        _ overrides: [String] = [],
        in run: String = "run"
    ) throws -> TrainingReport {
        try TrainingRun.start(
            recipe: fixture.recipe(overrides),
            directory: fixture.url(run),
            parts: RunParts(captionEmbeddings: embeddings),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
    }

    @Test func theImageTowerLearnsFromThemAndResumesToTheBit() throws {
        let (fixture, embeddings) = try prepared()
        let report = try start(fixture, embeddings)
        #expect(report.steps == 10 && report.badSamples.isEmpty)
        let losses = try fixture.metrics().compactMap { $0["train/loss"] }
        #expect(losses[9] < losses[0])
        try FileManager.default.copyItem(at: fixture.url("run"), to: fixture.url("resumed"))
        try FileManager.default.removeItem(at: fixture.url("resumed/checkpoints/step-10"))
        _ = try TrainingRun.resume(
            directory: fixture.url("resumed"),
            parts: RunParts(captionEmbeddings: embeddings),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        #expect(try fixture.state("resumed", step: 10) == fixture.state("run", step: 10))
        let model = try CLIPModel.load(from: fixture.url("run").path)
        #expect(model.textKind == .embeddings(width: Self.width))
    }

    @Test func whatDoesNotFitIsRefusedBeforeThereIsARun() throws {
        let (fixture, embeddings) = try prepared()
        #expect(throws: TrainingError.noEmbeddings(width: Self.width)) { try start(fixture, nil) }
        let wide = try MemoryCaptionEmbeddings(width: 9, rows: [])
        #expect(throws: TrainingError.embeddingWidth(found: 9, expected: Self.width)) {
            try start(fixture, wide)
        }
        try fixture.writeZeroShot("zeroshot")
        let folder = fixture.url("zeroshot").path
        let error = #expect(throws: RecipeError.self) {
            try start(fixture, embeddings, ["evaluate=[{kind: zeroshot, data: '\(folder)'}]"])
        }
        #expect(error?.problems.map(\.path) == ["evaluate.0"])
        #expect(!fixture.exists("run"))
    }

    @Test func captionsWithoutOneAreBadSamples() throws {
        let fixture = try prepared().fixture
        let some = try Self.embeddings(of: 0..<39)
        let report = try start(fixture, some, ["length=5 steps", "data.maximumBadSampleRate=0.5"])
        #expect(report.badSamples == [FaultKind.missingEmbedding.rawValue: 1])
        let faults = try String(contentsOf: fixture.url("run/faults.jsonl"), encoding: .utf8)
        #expect(faults.contains("has no embedding of its caption"))
    }
}

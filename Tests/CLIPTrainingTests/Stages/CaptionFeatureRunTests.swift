import CLIPLanguage
import CLIPModels
import Foundation
import Testing
import Torch

@testable import CLIPData
@testable import CLIPTraining

/// Runs against features of captions in files.
@Suite struct CaptionFeatureRunTests {
    private static let sources = [CaptionSource(field: "txt")]
    private let fixture: TrainingFixture
    private let encoder: SentenceEncoder

    init() throws {
        fixture = try TrainingFixture { number, colour in "a \(colour) square, number \(number)" }
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let path = tests.appending(path: "../CLIPLanguageTests/Fixtures/GGUF/llama-f32.gguf").path
        let source = try LanguageModels.open(path)
        encoder = try SentenceEncoder(
            model: LanguageModel(source),
            tokenizer: source.tokenizer(),
            encoding: SentenceEncoding()
        )
        try writeModel(width: encoder.width)
    }

    private func writeModel(width: Int) throws {
        try fixture.write(
            """
            {"model_cfg": {"embed_dim": 16,
              "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": 1}},
             "swift_clip": {"text": {"kind": "embeddings", "width": \(width), "projection": "linear"}}}
            """,
            to: "model.json"
        )
    }

    private func data() throws -> ShardDataset {
        try ShardDataset.open([fixture.url("train-{0..1}.tar").path])
    }

    private func write(
        _ name: String = "captions.features",
        type: CaptionFeatureType = .float32,
        sources: [CaptionSource] = Self.sources,
        part: Int = 1,
        of parts: Int = 1
    ) throws {
        let json = JSONEncoder()
        json.outputFormatting = .sortedKeys
        var settings = CaptionFeatureWriter.Settings(
            width: encoder.width,
            model: .init(
                name: "tiny",
                path: "/models/tiny",
                fingerprint: try encoder.fingerprint(),
                encoding: String(decoding: try json.encode(encoder.encoding), as: UTF8.self)
            )
        )
        (settings.type, settings.chunk) = (type, 16)
        (settings.part, settings.parts) = (part, parts)
        _ = try CaptionFeatureWriter(data(), sources: sources, settings: settings, to: fixture.url(name).path)
            .write { try encoder.vectors(of: $0).scalars(as: Float.self) }
    }

    private func start(
        _ overrides: [String],
        _ parts: RunParts = RunParts(),
        in run: String = "run",
        output: FileHandle = .nullDevice
    ) throws -> TrainingReport {
        try TrainingRun.start(
            recipe: fixture.recipe(overrides),
            directory: fixture.url(run),
            parts: parts,
            interrupt: InterruptFlag(signals: []),
            output: output
        )
    }

    private func named(_ files: String...) -> String {
        let list = files.map { "'\(fixture.url($0).path)'" }.joined(separator: ", ")
        return "data.captions.features=[\(list)]"
    }

    /// Vectors as the language model makes them during the run, in the groups in which the file has them.
    private func online() throws -> MemoryCaptionEmbeddings {
        let data = try data()
        var rows: [MemoryCaptionEmbeddings.Row] = []
        for start in stride(from: 0, to: data.count, by: 16) {
            let places = start..<min(data.count, start + 16)
            let texts = try places.map { try #require(try data.field("txt", at: $0)?.text) }
            let vectors = try encoder.vectors(of: texts).scalars(as: Float.self)
            for (row, place) in places.enumerated() {
                rows.append(
                    .init(
                        ordinal: data.ordinal(at: place),
                        key: CaptionKey.of(texts[row]),
                        values: Array(vectors[row * encoder.width..<(row + 1) * encoder.width])
                    )
                )
            }
        }
        return try MemoryCaptionEmbeddings(width: encoder.width, rows: rows)
    }

    @Test func aFileIsTheSameAsTheModelToTheBit() throws {
        try write()
        let report = try start([named("captions.features")])
        #expect(report.steps == 10 && report.badSamples.isEmpty)
        _ = try start([], RunParts(captionEmbeddings: online()), in: "online")
        let losses = try fixture.metrics().compactMap { $0["train/loss"] }
        #expect(losses.count == 10 && losses[9] < losses[0])
        #expect(try fixture.metrics("online").compactMap { $0["train/loss"] } == losses)
        for step in [5, 10] {
            #expect(try fixture.state("online", step: step) == fixture.state("run", step: step))
        }
    }

    @Test func halfTheBytesAreNearlyTheSame() throws {
        try write(type: .float16)
        _ = try start([named("captions.features"), "length=2 steps"])
        _ = try start(["length=2 steps"], RunParts(captionEmbeddings: online()), in: "online")
        let (half, whole) = try (
            fixture.metrics()[0]["train/loss"], fixture.metrics("online")[0]["train/loss"]
        )
        let difference = try abs(#require(half) - #require(whole))
        #expect(difference > 0 && difference < 1e-3)
    }

    @Test func filesThatMovedAreNamedAtAResume() throws {
        for part in 1...2 { try write("part-\(part)", part: part, of: 2) }
        _ = try start([named("part-1", "part-2")])
        let recipe = try String(contentsOf: fixture.url("run/recipe.yaml"), encoding: .utf8)
        #expect(recipe.contains(fixture.url("part-2").path))
        try FileManager.default.copyItem(at: fixture.url("run"), to: fixture.url("resumed"))
        try FileManager.default.removeItem(at: fixture.url("resumed/checkpoints/step-10"))
        try CaptionFeatureMerger.merge(
            [fixture.url("part-*").path],
            to: fixture.url("captions.features").path
        )
        for part in 1...2 { try FileManager.default.removeItem(at: fixture.url("part-\(part)")) }
        #expect(throws: CaptionFeatureError.self) { try fixture.resume(in: "resumed") }
        try fixture.resume([named("captions.features")], in: "resumed")
        #expect(try fixture.state("resumed", step: 10) == fixture.state("run", step: 10))
    }

    @Test func whatDoesNotFitIsRefusedBeforeThereIsARun() throws {
        let none = #expect(throws: TrainingError.noEmbeddings(width: encoder.width)) { try start([]) }
        #expect(none?.description.contains("`clip embed captions --language-model") == true)
        #expect(throws: CaptionFeatureError.noFiles(pattern: fixture.url("captions.features").path)) {
            try start([named("captions.features")])
        }
        try write()
        let source = "data.captions.sources={alt: txt, long: png}"
        let error = #expect(throws: CaptionFeatureError.self) {
            try start([named("captions.features"), source])
        }
        #expect(error?.description.contains("have no source 'long'; they have 'txt'") == true)
        try write("part-2", part: 2, of: 2)
        let missing = #expect(throws: CaptionFeatureError.self) { try start([named("part-2")]) }
        #expect(missing?.description.contains("of the data's 40 samples have no features") == true)
        try writeModel(width: 9)
        #expect(throws: TrainingError.embeddingWidth(found: encoder.width, expected: 9)) {
            try start([named("captions.features")])
        }
        try writeModel(width: encoder.width)
        try fixture.addShard("train-1.tar.new", numbers: 20..<40)
        try FileManager.default.removeItem(at: fixture.url("train-1.tar"))
        try FileManager.default.moveItem(at: fixture.url("train-1.tar.new"), to: fixture.url("train-1.tar"))
        let changed = #expect(throws: LoaderError.self) { try start([named("captions.features")]) }
        let words = changed.map { "\($0)" } ?? ""
        #expect(
            words.contains("'20' in") && words.contains("train-1.tar") && words.contains("'txt'"),
            "\(words)"
        )
        #expect(!fixture.exists("run"))
    }

    @Test func theRunSaysWhatMadeThem() throws {
        try write()
        let log = fixture.url("log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        _ = try start([named("captions.features"), "length=2 steps"], output: FileHandle(forWritingTo: log))
        let text = try String(contentsOf: log, encoding: .utf8)
        let fingerprint = try encoder.fingerprint().prefix(12)
        #expect(
            text.contains(
                "caption features: 40 captions by tiny (\(fingerprint)…), \(encoder.width) numbers each, float32\n"
            )
        )
        // A model that takes text has no use for them.
        try fixture.writeModel("model.json", layers: 1)
        _ = try start(
            [named("captions.features"), "length=2 steps"],
            in: "text",
            output: FileHandle(forUpdating: log)
        )
        let more = try String(contentsOf: log, encoding: .utf8)
        #expect(more.contains("warning: `data.captions.features` has no effect: the model has a text tower."))
    }

    @Test func theirOriginIsKnown() throws {
        try write()
        let features = try CaptionFeatures([fixture.url("captions.features").path])
        let bound = try features.embeddings(of: CaptionPolicy(sources: Self.sources), in: data())
        let origin = try #require(bound.origin)
        #expect(try origin.path == "/models/tiny" && origin.fingerprint == encoder.fingerprint())
        let encoding = try JSONDecoder().decode(SentenceEncoding.self, from: origin.encoding)
        #expect(encoding == encoder.encoding)
    }
}

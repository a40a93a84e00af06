import CLIPEvaluation
import CLIPLanguage
import Foundation
import Testing
import Torch

@testable import CLIPData
@testable import CLIPModels
@testable import CLIPTraining

/// The language model that made the vectors of captions: in checkpoints, at a resume and in evaluations.
@Suite struct CachedTextLanguageTests {
    private let cached: CachedTextFixture
    private var fixture: TrainingFixture { cached.fixture }

    init() throws {
        cached = try CachedTextFixture()
    }

    private func language(of run: String) throws -> LanguageReference? {
        try CheckpointDirectory(fixture.url(run).path).configuration.language
    }

    @Test func checkpointsNameIt() throws {
        try cached.train(["length=2 steps"], in: "unknown")
        #expect(try language(of: "unknown") == nil)
        try cached.train(["length=2 steps"], CachedTextFixture.vectors(CachedTextFixture.origin()))
        let found = try #require(try language(of: "run"))
        #expect(found.path == "/models/none" && found.fingerprint == "0a1b" && found.adapter == nil)
        #expect(found.encoding.wrapper == .chatML)
    }

    @Test func vectorsOfAnotherOneAreRefused() throws {
        let (one, other) = try (
            CachedTextFixture.vectors(CachedTextFixture.origin()),
            CachedTextFixture.vectors(CachedTextFixture.origin("ffff"))
        )
        try cached.train(["length=2 steps"], one)
        let files = try fixture.files("run")
        let error = #expect(throws: TrainingError.self) { try cached.resume(["length=4 steps"], other) }
        #expect(
            error
                == .otherLanguage(trained: "/models/none (0a1b)", found: "/models/none (ffff)")
        )
        #expect(try fixture.files("run") == files)
        #expect(try cached.resume(["length=4 steps"], one).steps == 4)
        #expect(try language(of: "run")?.fingerprint == "0a1b")
        // A new run that goes on with the text side.
        let again = try fixture.recipe([
            "model.text={kind: cached, width: 6, blocks: 2}", "model.embedDim=24",
            "model.initialize=\(fixture.url("run").path)", "length=2 steps",
        ])
        #expect(throws: TrainingError.self) { try cached.start(again, other, in: "second") }
        #expect(!fixture.exists("second"))
        #expect(try cached.start(again, one, in: "second").steps == 2)
    }

    /// Vectors that do not say whose they are leave a checkpoint without a language model, whatever it named before.
    @Test func vectorsOfUnknownOriginNameNone() throws {
        try cached.train(["length=2 steps"], CachedTextFixture.vectors(CachedTextFixture.origin()))
        let again = try fixture.recipe([
            "model.text={kind: cached, width: 6, blocks: 2}", "model.embedDim=24",
            "model.initialize=\(fixture.url("run").path)", "length=2 steps",
        ])
        try cached.start(again, in: "second")
        #expect(try language(of: "second") == nil)
    }

    /// What a checkpoint says relative to itself is compared, and named in errors, from the root.
    @Test func aPlaceInACheckpointIsLocated() throws {
        try cached.train(["length=2 steps"], CachedTextFixture.vectors(CachedTextFixture.origin()))
        let directory = try CheckpointDirectory(fixture.url("run").path)
        var configuration = directory.configuration
        var adapter = try #require(configuration.text as? AdapterTextConfiguration)
        adapter.language?.path = "language/llm.gguf"
        configuration.text = adapter
        let target = fixture.url("own").path
        try CheckpointDirectory.write(
            directory.tensors(),
            configuration: configuration,
            preprocessing: directory.preprocessing,
            to: target
        )
        let again = try fixture.recipe([
            "model.text={kind: cached, width: 6, blocks: 2}", "model.embedDim=24",
            "model.initialize=\(target)", "length=2 steps",
        ])
        let found = try #require(RunBlueprint(again).stages[0].language)
        #expect(found.path == "\(target)/language/llm.gguf")
    }

    @Test func evaluationsOfTextNeedIt() throws {
        try fixture.writeZeroShot("zeroshot")
        let evaluate = "evaluate=[{kind: zeroshot, data: '\(fixture.url("zeroshot").path)'}]"
        let error = #expect(throws: RecipeError.self) { try cached.train(["length=2 steps", evaluate]) }
        #expect(error?.problems.map(\.path) == ["evaluate.0"])
        #expect(error?.description.contains("do not say which one it was") == true)
        // It is looked for before there is a run.
        let missing = LanguageReferenceError.missing(path: "/models/none", isAdapter: false)
        #expect(throws: missing) {
            try cached.train(
                ["length=2 steps", evaluate],
                CachedTextFixture.vectors(CachedTextFixture.origin())
            )
        }
        #expect(!fixture.exists("run"))
    }

    @Test func normalizersAreMeasuredOnVectors() throws {
        let report = try cached.train([
            "length=2 steps", "objective.preset=fastclip-v3", "temperature.rho=2",
            "evaluate=[{kind: normalizer, every: 2 steps}]",
        ])
        #expect(report.evaluations.keys.contains { $0.hasPrefix("normalizer/") })
        #expect(report.evaluations.values.allSatisfy { $0.isFinite })
    }

    /// A language model of width 32 whose tokens are bytes, and what it makes of the captions.
    private func readable() throws -> (vectors: MemoryCaptionEmbeddings, encoder: SentenceEncoder) {
        let path = Repository.root.appending(path: "Tests/CLIPLanguageTests/Fixtures/GGUF/llama-f32.gguf")
            .path
        let source = try LanguageModels.open(path)
        let encoder = try SentenceEncoder(
            model: LanguageModel(source),
            tokenizer: try source.tokenizer(),
            encoding: SentenceEncoding()
        )
        let colours = TrainingFixture.colours.map { "a \($0.name) square" }
        let values = try encoder.vectors(of: colours).scalars(as: Float.self)
        var vectors = try MemoryCaptionEmbeddings(
            width: 32,
            rows: (0..<40).map { ordinal in
                let colour = ordinal % colours.count
                return .init(
                    ordinal: ordinal,
                    key: CaptionKey.of(colours[colour]),
                    values: Array(values[colour * 32..<(colour + 1) * 32])
                )
            }
        )
        vectors.origin = CaptionEmbeddingsOrigin(
            path: path,
            fingerprint: try encoder.fingerprint(),
            encoding: try JSONEncoder().encode(encoder.encoding)
        )
        return (vectors, encoder)
    }

    @Test func evaluationsDuringTrainingReadTexts() throws {
        try fixture.writeZeroShot("zeroshot")
        let folder = fixture.url("zeroshot").path
        let (vectors, encoder) = try readable()
        let report = try cached.train(
            [
                "length=4 steps", "model.text={kind: cached, width: 32, blocks: 1}",
                "evaluate=[{kind: zeroshot, data: '\(folder)', every: 2 steps}]",
            ],
            vectors
        )
        let accuracy = try #require(report.evaluations["zeroshot/acc1"])
        // The same as the checkpoint has afterwards.
        let directory = try CheckpointDirectory(fixture.url("run").path)
        let language = try #require(directory.configuration.language)
        #expect(try language.fingerprint == encoder.fingerprint())
        let extractor = try FeatureExtractor(
            directory.model(),
            tokenizer: directory.tokenizer(),
            language: LanguageTexts { LanguageTexts.Reader(try language.encoder(in: directory.path)) }
        )
        let result = try ZeroShotClassification(extractor).evaluate(.open(folder))
        #expect(result.metrics["acc1"] == accuracy)
        // Texts that are read give the features of their cached vectors.
        let cachedRow = try #require(
            vectors.embedding(ordinal: 0, source: 0, key: CaptionKey.of("a red square"))
        )
        let row = try Tensor(cachedRow, shape: [1, 32])
        let online = try extractor.textFeatures(of: ["a red square"])
        let offline = try extractor.textFeatures(of: .embeddings(row))
        #expect(try (online - offline).abs().maximum().item() < 1e-5)
    }
}

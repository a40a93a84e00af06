import Foundation

@testable import CLIPData
@testable import CLIPModels
@testable import CLIPTraining

/// A trained CLIP, and vectors of the same captions by a language model that nobody has.
struct CachedTextFixture {
    static let width = 6
    /// The text side, a head of its own, and the weights to start from.
    let side: [String]
    let fixture: TrainingFixture

    init() throws {
        fixture = try TrainingFixture()
        try fixture.train(["length=2 steps", "temperature.initial=0.05"], in: "clip")
        side = [
            "model.text={kind: cached, width: \(Self.width), blocks: 2}", "model.embedDim=24",
            "model.initialize=\(fixture.url("clip").path)", "model.transfer.head=fresh",
        ]
    }

    static func origin(_ fingerprint: String = "0a1b") -> CaptionEmbeddingsOrigin {
        CaptionEmbeddingsOrigin(
            path: "/models/none",
            fingerprint: fingerprint,
            encoding: Data(
                #"{"isCausal": false, "pooling": "mean", "wrapper": "chatML", "maximumTokens": 512}"#.utf8
            )
        )
    }

    static func vectors(_ origin: CaptionEmbeddingsOrigin? = nil) throws -> MemoryCaptionEmbeddings {
        var vectors = try MemoryCaptionEmbeddings(
            width: width,
            rows: (0..<40).map { ordinal in
                let colour = ordinal % TrainingFixture.colours.count
                return MemoryCaptionEmbeddings.Row(
                    ordinal: ordinal,
                    key: CaptionKey.of("a \(TrainingFixture.colours[colour].name) square"),
                    values: (0..<width).map { Float((colour * 7 + $0 * 3) % 11) / 11 - 0.5 }
                )
            }
        )
        vectors.origin = origin
        return vectors
    }

    /// The stages of a recipe with their data, and what was said.
    func prepare(_ overrides: [String], _ vectors: MemoryCaptionEmbeddings? = nil) throws -> (
        stages: [StageSetup], said: String
    ) {
        let log = fixture.url("\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let setup = try RunSetup.prepare(
            fixture.recipe(overrides),
            parts: RunParts(captionEmbeddings: vectors ?? Self.vectors()),
            output: FileHandle(forWritingTo: log)
        )
        return (setup.stages, try String(contentsOf: log, encoding: .utf8))
    }

    @discardableResult
    func train(
        _ overrides: [String] = ["length=2 steps"],
        _ vectors: MemoryCaptionEmbeddings? = nil,
        in run: String = "run"
    ) throws -> TrainingReport {
        try start(fixture.recipe(side + overrides), vectors, in: run)
    }

    @discardableResult
    func start(_ recipe: Recipe, _ vectors: MemoryCaptionEmbeddings? = nil, in run: String = "run") throws
        -> TrainingReport
    {
        try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url(run),
            parts: RunParts(captionEmbeddings: vectors ?? Self.vectors()),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
    }

    @discardableResult
    func resume(
        _ overrides: [String],
        _ vectors: MemoryCaptionEmbeddings,
        in run: String = "run"
    ) throws -> TrainingReport {
        try TrainingRun.resume(
            directory: fixture.url(run),
            overrides: overrides,
            parts: RunParts(captionEmbeddings: vectors),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
    }
}

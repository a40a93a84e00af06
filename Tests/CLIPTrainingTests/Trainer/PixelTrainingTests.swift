import CLIPData
import CLIPEvaluation
import CLIPModels
import CLIPText
import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPTraining

/// How files become pixels, from the recipe through training and checkpoints to evaluation.
@Suite struct PixelTrainingTests {
    private let fixture: TrainingFixture

    init() throws {
        fixture = try TrainingFixture()
    }

    /// The data of the fixture's recipes, replaced. Shards that are to be alike lie in folders of their own, as numbers of
    /// samples go on in a folder.
    private func data(_ shard: String, _ more: [String] = []) -> [String] {
        ["data.train=\(fixture.url(shard).path)", "length=4 steps"] + more
    }

    private func preprocessing(_ run: String = "run") throws -> Preprocessing {
        try CheckpointDirectory(fixture.url(run).path).preprocessing
    }

    private func settings(_ run: String = "run") throws -> Recipe {
        try Recipe(contentsOf: fixture.url("\(run)/recipe.yaml").path)
    }

    /// Evaluations of a run, and of its checkpoint by itself, give one number.
    @Test(arguments: [PixelReading.Alpha.drop, .white])
    func evaluationsFollowTheCheckpoint(_ alpha: PixelReading.Alpha) throws {
        let shard = fixture.url("clear/0.tar").path, zeroShot = fixture.url("classes").path
        try PixelPictures.write(shard) { try PixelPictures.picture($0, .transparent) }
        try PixelPictures.write("\(zeroShot)/test/0.tar", member: "cls") {
            try PixelPictures.picture($0, .transparent)
        }
        try fixture.write(PixelPictures.classes.joined(separator: "\n"), to: "classes/classnames.txt")
        try fixture.write("a {c}\n", to: "classes/zeroshot_classification_templates.txt")
        let report = try fixture.train(
            data(
                "clear/0.tar",
                [
                    "data.alpha=\(alpha)",
                    "evaluate=[{kind: retrieval, data: '\(shard)'}, {kind: zeroshot, data: '\(zeroShot)'}]",
                ]
            )
        )
        let model = try CLIPModel.load(from: fixture.url("run").path)
        #expect(model.preprocessing.pixels.alpha == alpha)
        func evaluations(_ pixels: PixelReading.Changes = .init()) throws -> [String: Double] {
            let extractor = try FeatureExtractor(model, tokenizer: .bundled(), options: .init(pixels: pixels))
            let retrieval = try Retrieval(extractor).evaluate(.open([shard])).metrics
            let classes = try ZeroShotClassification(extractor).evaluate(.open(zeroShot)).metrics
            return Dictionary(
                uniqueKeysWithValues: retrieval.map { ("retrieval/\($0.key)", $0.value) }
                    + classes.map { ("zeroshot/\($0.key)", $0.value) }
            )
        }
        #expect(try evaluations() == report.evaluations)
        // An option makes it another model's picture.
        let other: PixelReading.Alpha = alpha == .drop ? .white : .drop
        #expect(try evaluations(.init(alpha: other)) != report.evaluations)
        // The same pictures that need no choice.
        let kind: PixelPictures.Kind = alpha == .drop ? .dropped : .onWhite
        let (clear, flat) = (fixture.url("a.png"), fixture.url("b.png"))
        try Data(PixelPictures.picture(4, .transparent)).write(to: clear)
        try Data(PixelPictures.picture(4, kind)).write(to: flat)
        let features = try FeatureExtractor(model, tokenizer: .bundled())
            .imageFeatures(ofFiles: [clear.path, flat.path]).scalars(as: Float.self)
        #expect(Array(features[..<16]) == Array(features[16...]))
    }

    @Test(arguments: [("drop", PixelPictures.Kind.dropped), ("white", .onWhite), ("null", .dropped)])
    func trainingSeesWhatTheRecipeSays(_ alpha: String, _ kind: PixelPictures.Kind) throws {
        try PixelPictures.write(fixture.url("clear/0.tar").path) {
            try PixelPictures.picture($0, .transparent)
        }
        try PixelPictures.write(fixture.url("flat/0.tar").path) { try PixelPictures.picture($0, kind) }
        try fixture.train(data("clear/0.tar", ["data.alpha=\(alpha)"]), in: "run-clear")
        try fixture.train(data("flat/0.tar", ["data.alpha=\(alpha)"]), in: "run-flat")
        #expect(try fixture.state("run-clear", step: 4) == fixture.state("run-flat", step: 4))
    }

    @Test func orientationsAreAppliedInTrainingAndEvaluation() throws {
        try PixelPictures.write(fixture.url("stored/0.tar").path, suffix: "jpg") {
            try PixelPictures.photograph($0).stored
        }
        try PixelPictures.write(fixture.url("upright/0.tar").path) {
            try PixelPictures.photograph($0).upright
        }
        func train(_ shard: String, _ orientation: String, _ run: String) throws -> [String: Double] {
            let evaluation = "evaluate=[{kind: retrieval, data: '\(fixture.url(shard).path)'}]"
            return try fixture.train(data(shard, ["data.orientation=\(orientation)", evaluation]), in: run)
                .evaluations
        }
        let upright = try train("upright/0.tar", "ignore", "from-upright")
        let applied = try train("stored/0.tar", "apply", "applied")
        let ignored = try train("stored/0.tar", "ignore", "ignored")
        #expect(applied == upright)
        #expect(try fixture.state("applied", step: 4) == fixture.state("from-upright", step: 4))
        #expect(ignored != upright)
        #expect(try preprocessing("applied").pixels.orientation == .apply)
    }

    /// A checkpoint whose pictures are unlike the defaults in everything.
    private func unusualStart() throws -> Preprocessing {
        let preprocessing = Preprocessing(
            mean: [0.5, 0.5, 0.5],
            deviation: [0.25, 0.3, 0.35],
            interpolation: .bilinear,
            resizeMode: .squash,
            pixels: PixelReading(alpha: .white, orientation: .apply, gray16: .scale)
        )
        let model = try CLIPModel(
            ModelCatalog.configuration(fixture.url("model.json").path),
            preprocessing: preprocessing,
            parameters: ParameterStore(.initialize(seed: 3))
        )
        try model.save(to: fixture.url("start").path)
        return preprocessing
    }

    private var fromStart: String { "model.initialize=\(fixture.url("start").path)" }

    @Test func whatTheWeightsSayIsTakenOver() throws {
        let expected = try unusualStart()
        try PixelPictures.write(fixture.url("clear/0.tar").path) {
            try PixelPictures.picture($0, .transparent)
        }
        try fixture.train(data("clear/0.tar", [fromStart]))
        #expect(try preprocessing() == expected)
        // The run's recipe says it, so that it stands for itself.
        let recipe = try settings()
        #expect(recipe.preprocess.mean == .preset(.inception))
        #expect(recipe.preprocess.std == .custom(0.25, 0.3, 0.35))
        #expect(recipe.preprocess.interpolation == .bilinear)
        #expect(recipe.augmentation.interpolation == .bilinear)
        #expect((recipe.data.alpha, recipe.data.orientation, recipe.data.gray16) == (.white, .apply, .scale))
        // Training did so: it is what the recipe gives that names all of it.
        let named = [
            "preprocess={mean: inception, std: [0.25, 0.3, 0.35], interpolation: bilinear}",
            "augmentation.interpolation=bilinear", "data.alpha=white", "data.orientation=apply",
            "data.gray16=scale",
        ]
        try fixture.train(data("clear/0.tar", [fromStart] + named), in: "named")
        #expect(try fixture.state("named", step: 4) == fixture.state("run", step: 4))
        #expect(try preprocessing("named") == expected)
        // A resumed run keeps it.
        try fixture.resume(["length=6 steps"])
        #expect(try preprocessing() == expected)
    }

    @Test func whatTheRecipeSaysWinsWithAWarning() throws {
        var expected = try unusualStart()
        let pipe = Pipe()
        let recipe = try fixture.recipe([
            fromStart, "length=2 steps", "data.alpha=drop", "augmentation.interpolation=bicubic",
        ])
        _ = try TrainingRun.start(
            recipe: recipe,
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: pipe.fileHandleForWriting
        )
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(text.contains("data.alpha is white there and drop here"), "\(text)")
        #expect(text.contains("augmentation.interpolation is bilinear there and bicubic here"), "\(text)")
        #expect(!text.contains("data.gray16"))
        // The filter of training is no matter of evaluations.
        expected.pixels.alpha = .drop
        #expect(try preprocessing() == expected)

        do {
            try fixture.train([fromStart, "preprocess.mean=openai"], in: "other")
            Issue.record("other statistics went through")
        } catch TrainingError.otherNormalization(_, let mean, _) {
            #expect(mean == [0.5, 0.5, 0.5])
        }
        #expect(!fixture.exists("other"))
    }

    @Test func withoutWeightsTheDefaultsAreOpenCLIPs() throws {
        try fixture.train(["length=2 steps"])
        #expect(try preprocessing() == Preprocessing())
        let recipe = try settings()
        #expect((recipe.data.alpha, recipe.data.orientation, recipe.data.gray16) == (.drop, .ignore, .clip))
        #expect(recipe.preprocess.mean == .preset(.openai))
        try fixture.train(["length=2 steps", "augmentation.interpolation=bilinear"], in: "bilinear")
        #expect(try preprocessing("bilinear").interpolation == .bilinear)
        let plan = try TrainingRun.plan(recipe: fixture.recipe(), output: .nullDevice)
        #expect(plan.recipe.contains("alpha: drop"))
    }

    @Test func stagesCarryItOn() throws {
        let expected = try unusualStart()
        let stages = "{name: a, length: 2 steps}, {name: b, length: 2 steps, data: {alpha: drop}}"
        _ = try TrainingRun.start(
            recipe: fixture.staged(stages, [fromStart, "checkpoint.every=2 steps", "checkpoint.keep=5"]),
            directory: fixture.url("run"),
            interrupt: InterruptFlag(signals: []),
            output: .nullDevice
        )
        #expect(try preprocessing("run/checkpoints/step-2/model") == expected)
        var last = expected
        last.pixels.alpha = .drop
        #expect(try preprocessing("run/checkpoints/step-4/model") == last)
        // A change of the whole run reaches the stages that say nothing of their own.
        let recipe = try Recipe(
            contentsOf: fixture.url("run/recipe.yaml").path,
            overrides: ["data.gray16=clip"]
        )
        #expect(recipe.stages.map(\.recipe.data.gray16) == [.clip, .clip])
        #expect(recipe.stages.map(\.recipe.data.alpha) == [.white, .drop])
        try fixture.resume(["stages.1.length=3 steps"])
        #expect(try preprocessing() == last)
    }
}

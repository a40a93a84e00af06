import CLIPModels
import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed
import TorchNN

@testable import CLIPData
@testable import CLIPTraining

/// Forty pictures of coloured squares with captions in two shards, a narrow model, and recipes for both.
final class TrainingFixture: Sendable {
    static let colours: [(name: String, pixel: [UInt8])] = [
        ("red", [220, 20, 20]), ("green", [20, 200, 30]), ("blue", [20, 30, 220]),
        ("white", [250, 250, 250]),
        ("black", [5, 5, 5]), ("yellow", [240, 230, 20]), ("purple", [140, 20, 160]),
        ("grey", [128, 128, 128]),
    ]

    let folder: TemporaryDirectory

    /// - Parameter caption: The caption of a sample; by default it names the colour.
    init(caption: (Int, String) -> String = { _, colour in "a \(colour) square" }) throws {
        folder = try TemporaryDirectory()
        for shard in 0..<2 {
            try writeShard("train-\(shard).tar", numbers: shard * 20..<shard * 20 + 20) { number, colour in
                ("txt", Array(caption(number, colour).utf8))
            }
        }
        try writeModel("model.json", layers: 1)
    }

    func url(_ name: String) -> URL { folder.url.appending(path: name) }

    func write(_ text: String, to name: String) throws {
        try FileManager.default.createDirectory(
            at: url(name).deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url(name))
    }

    func writeModel(_ name: String, layers: Int) throws {
        try write(
            """
            {"embed_dim": 16,
             "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": \(layers)},
             "text_cfg": {"context_length": 12, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1}}
            """,
            to: name
        )
    }

    /// First weights of the model, as a checkpoint.
    func writeWeights(_ name: String, positions: PatchPositions = .learned) throws {
        let configuration = try ModelCatalog.configuration(url("model.json").path).positioned(positions)
        let store = ParameterStore(.initialize(seed: 1))
        try CLIPModel(configuration, parameters: store).save(to: url(name).path)
    }

    /// One more shard of the same kind.
    func addShard(_ name: String, numbers: Range<Int>) throws {
        try writeShard(name, numbers: numbers) { _, colour in ("txt", Array("a \(colour) square".utf8)) }
    }

    /// A shard of pictures, each with one more member.
    private func writeShard(
        _ name: String,
        numbers: Range<Int>,
        member: (Int, String) -> (suffix: String, content: [UInt8])
    ) throws {
        var writer = try TarWriter(creating: url(name).path)
        for number in numbers {
            let (colour, pixel) = Self.colours[number % Self.colours.count]
            let pixels = (0..<16 * 16).flatMap { place in
                pixel.map { UInt8(clamping: Int($0) + (place * 7 + number * 13) % 9 - 4) }
            }
            let picture = RGBImage(width: 16, height: 16, pixels: pixels)
            let (suffix, content) = member(number, colour)
            try writer.append(name: "\(number).png", content: ImageEncoder.png(level: 1).encode(picture))
            try writer.append(name: "\(number).\(suffix)", content: content)
        }
        _ = try writer.finish()
    }

    /// A folder for zero-shot classification of the same colours.
    func writeZeroShot(_ name: String) throws {
        try write(Self.colours.map(\.name).joined(separator: "\n"), to: "\(name)/classnames.txt")
        try write("a {c} square\n", to: "\(name)/zeroshot_classification_templates.txt")
        try write("1\n", to: "\(name)/test/nshards.txt")
        try writeShard("\(name)/test/0.tar", numbers: 0..<16) { number, _ in
            ("cls", Array("\(number % Self.colours.count)".utf8))
        }
    }

    /// Ten steps of eight pairs, with every line logged.
    func recipe(_ overrides: [String] = []) throws -> Recipe {
        try Recipe(yaml: "length: 10 steps\n" + settings, overrides: overrides)
    }

    /// The same in stages.
    func staged(_ stages: String, _ overrides: [String] = []) throws -> Recipe {
        try Recipe(yaml: settings, overrides: overrides + ["stages=[\(stages)]"])
    }

    private var settings: String {
        """
        seed: 1
        model: {config: "\(url("model.json").path)"}
        data: {train: "\(url("train-{0..1}.tar").path)", workers: 1}
        batch: 8
        optimizer: {learningRate: 3e-3}
        schedule: {warmup: 1 steps}
        log: {every: 1 steps}
        checkpoint: {every: 5 steps}
        device: cpu
        threads: 1
        """
    }

    @discardableResult
    func train(
        _ overrides: [String] = [],
        in run: String = "run",
        interrupt: InterruptFlag = InterruptFlag(signals: [])
    ) throws -> TrainingReport {
        try TrainingRun.start(
            recipe: recipe(overrides),
            directory: url(run),
            interrupt: interrupt,
            output: .nullDevice
        )
    }

    @discardableResult
    func resume(
        _ overrides: [String] = [],
        in run: String = "run",
        interrupt: InterruptFlag = InterruptFlag(signals: [])
    ) throws -> TrainingReport {
        try TrainingRun.resume(
            directory: url(run),
            overrides: overrides,
            interrupt: interrupt,
            output: .nullDevice
        )
    }

    /// The parts of a run without its directory.
    func trainer(_ overrides: [String] = []) throws -> Trainer { try revertibleTrainer(overrides).trainer }

    /// The parts of a run without its directory, and what its objective keeps of each sample, in memory.
    func revertibleTrainer(
        _ overrides: [String] = [],
        collective: any Collective = SingleProcess()
    ) throws -> (trainer: Trainer, states: RevertibleSampleStates) {
        let setup = try RunSetup.prepare(recipe(overrides), output: .nullDevice).stages[0]
        let recipe = setup.recipe
        let records = MemorySampleStates(count: setup.data.ordinalCount, width: recipe.sampleStateWidth)
        let states = RevertibleSampleStates(records)
        let step = try TrainingStep(
            recipe,
            model: setup.model(),
            objective: recipe.lossFamily.objective(recipe, pace: setup.pace, states: states),
            collective: collective
        )
        let trainer = Trainer(
            step,
            loader: try setup.loader(stream: 0, for: collective),
            learningRate: TrainingSchedule(recipe, pace: setup.pace).learningRate
        )
        return (trainer, states)
    }
}

extension TrainingFixture {
    /// What a resume says.
    func messages(
        of overrides: [String],
        in run: String = "run",
        fresh: Bool = false
    ) throws -> String {
        let log = url("\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        _ = try TrainingRun.resume(
            directory: url(run),
            overrides: overrides,
            startsStateAfresh: fresh,
            interrupt: InterruptFlag(signals: []),
            output: FileHandle(forWritingTo: log)
        )
        return try String(contentsOf: log, encoding: .utf8)
    }

    /// Changes the recipe of a run, as somebody with an editor does.
    func edit(_ run: String, _ old: String, _ new: String) throws {
        let file = url("\(run)/recipe.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        precondition(text.contains(old), "the recipe has no \(old)")
        try Data(text.replacing(old, with: new).utf8).write(to: file)
    }

    /// The lines of a run's metrics, without what depends on the clock.
    func metrics(_ run: String = "run") throws -> [[String: Double]] {
        let text = try String(contentsOf: url("\(run)/metrics.jsonl"), encoding: .utf8)
        let clocked = [
            "elapsed_seconds", "train/samples_per_second", "train/data_wait_share", "data/threads",
            "data/read_share", "data/decode_share", "data/transform_share", "data/text_share",
        ]
        return try text.split(separator: "\n").map { line in
            try JSONDecoder().decode([String: Double].self, from: Data(line.utf8))
                .filter { !clocked.contains($0.key) }
        }
    }

    /// All files below a directory, without locks.
    func files(_ run: String = "run") throws -> [String: Data] {
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: url(run).path) {
            guard !path.hasSuffix(".lock"), let data = try? Data(contentsOf: url("\(run)/\(path)")) else {
                continue
            }
            files[path] = data
        }
        return files
    }

    /// Weights, averages and moments of a step.
    func state(_ run: String, step: Int) throws -> [String: Data] {
        try files("\(run)/checkpoints/step-\(step)").filter { $0.key.hasSuffix(".safetensors") }
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url(name).path) }
}

extension ImageTextModel {
    /// ln(1/τ); every model of these tests has one.
    var logitScale: Tensor { objectiveParameters["logit_scale"]! }
}

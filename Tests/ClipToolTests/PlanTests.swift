import Foundation
import Testing

@Suite struct PlanTests {
    private static let recipe = """
        model: {config: ViT-B-16}
        data: {train: pictures}
        batch: 64
        length: 6_400 samples
        device: cpu
        """

    @Test func aPlanIsATable() throws {
        let folder = try Folder()
        try folder.write("recipe.yaml", Self.recipe)
        let outcome = try Tool.run(["plan", "recipe.yaml", "--flops", "300G", "--ranks", "2"], in: folder)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("17.563 + 2.980 GMACs = 41.09 GFLOPs"))
        for words in [
            "share of full length", "224 px, 197 tokens", "network per step", "features per process",
        ] {
            #expect(outcome.output.contains(words), "\(words): \(outcome.output)")
        }
        #expect(outcome.output.contains("6,400 in 100 steps of 64"))
        #expect(outcome.output.split(separator: "\n").count <= 20)
        #expect(outcome.errors.contains("note: without the data"))
    }

    @Test func largeNumbersAreShown() throws {
        let folder = try Folder()
        try folder.write("recipe.yaml", Self.recipe)
        let command = ["plan", "recipe.yaml", "--flops", "1e30", "--set", "length=1000000 hours"]
        let outcome = try Tool.run(command, in: folder)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("steps of 64"))
    }

    @Test func aPlanIsJSON() throws {
        let folder = try Folder()
        try folder.write("recipe.yaml", Self.recipe)
        let command = [
            "plan", "recipe.yaml", "--set", "microBatch=auto", "--set", "batch=4096", "--memory", "8GiB",
            "--json",
        ]
        let outcome = try Tool.run(command, in: folder)
        #expect(outcome.status == 0)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let plan = try decoder.decode(Plan.self, from: Data(outcome.output.utf8))
        #expect(plan.stages.count == 1)
        #expect(plan.stages[0].microBatch < 4096)
        #expect(plan.stages[0].memory.peak <= 8 << 30)
        #expect(plan.total.relativeCompute == 1)
    }

    /// An epoch is as long as the index says, whether or not its captions can be counted.
    @Test func aVocabularyThatIsMissingIsNamed() throws {
        let folder = try Folder()
        try folder.makeShards(4)
        _ = try Tool.run(["data", "index", "data"], in: folder)
        try folder.write(
            "recipe.yaml",
            "{model: {config: ViT-L-14-CLIPA}, data: {train: data}, batch: 2, length: 1 epochs, device: cpu}"
        )
        let outcome = try Tool.shell("SWIFT_CLIP_MODELS=none $clip plan recipe.yaml", in: folder).outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("4 in 2 steps of 2"))
        #expect(outcome.errors.contains("none/bert-base-uncased/vocab.txt: run `scripts/models wordpiece`"))
        #expect(!outcome.errors.contains("clip data index"))
    }

    /// What a recipe names has to be there; what is fetched for all recipes may follow.
    @Test func aTaggerThatIsMissingIsNamed() throws {
        let folder = try Folder()
        try folder.write("recipe.yaml", Self.recipe + "\ntokens: {text: {reduction: syntax, budget: 16}}\n")
        let outcome = try Tool.shell("SWIFT_CLIP_MODELS=none $clip plan recipe.yaml", in: folder).outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("none/tagger/tagger.json: run `scripts/models tagger`"))
        let named = ["plan", "recipe.yaml", "--set", "tokens.text.tagger=nowhere.json"]
        let refused = try Tool.run(named, in: folder)
        #expect(refused.status == 65 && refused.output == "", "\(refused.errors)")
        #expect(refused.errors.contains("`tokens.text.tagger`"), "\(refused.errors)")
    }

    @Test func whatARunWouldRefuseIsRefused() throws {
        let folder = try Folder()
        try folder.makeCheckpoint()
        try folder.write("recipe.yaml", Self.recipe.replacing("ViT-B-16", with: "model.json"))
        for (override, status, words) in [
            ("tokens.text.budget=17", 65, "17 tokens are more than the 16 that the model takes"),
            ("model.initialize=nowhere", 66, "nowhere"),
            ("model={config: model.json, imageSize: 32, initialize: start}", 65, "model.transfer.positions"),
        ] as [(String, Int32, String)] {
            let outcome = try Tool.run(["plan", "recipe.yaml", "--set", override], in: folder)
            #expect(outcome.status == status && outcome.output == "", "\(override): \(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(override): \(outcome.errors)")
        }
    }

    @Test(arguments: [
        (["--flops", "fast"], 64, "--flops"), (["--flops", "1e300P"], 64, "--flops"),
        (["--memory", "little"], 64, "--memory"),
        (["--flops", "1T", "--measure"], 64, "leave one out"), (["--ranks", "0"], 64, "--ranks is 0"),
        (["--set", "microBatch=auto", "--memory", "64MiB"], 65, "not even one pair at a time fits"),
    ])
    func whatCannotBePlannedIsSaid(_ options: [String], status: Int32, words: String) throws {
        let folder = try Folder()
        try folder.write("recipe.yaml", Self.recipe)
        let outcome = try Tool.run(["plan", "recipe.yaml"] + options, in: folder)
        #expect(outcome.status == status)
        #expect(outcome.output == "")
        #expect(outcome.errors.contains(words))
    }

    private struct Plan: Decodable {
        struct Memory: Decodable { var peak: Int }
        struct Stage: Decodable {
            var microBatch: Int
            var memory: Memory
        }
        struct Total: Decodable { var relativeCompute: Double }
        var stages: [Stage]
        var total: Total
    }
}

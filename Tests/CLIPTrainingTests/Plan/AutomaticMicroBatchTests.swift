import CLIPModels
import CLIPText
import Foundation
import Testing

@testable import CLIPTraining

/// Runs whose recipes leave the micro-batch open.
@Suite struct AutomaticMicroBatchTests {
    /// A model whose activations are more than its gradients.
    private static func model(_ fixture: TrainingFixture) throws -> String {
        try fixture.write(
            """
            {"embed_dim": 16,
             "vision_cfg": {"image_size": 128, "patch_size": 4, "width": 16, "head_width": 8, "layers": 2},
             "text_cfg": {"context_length": 12, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1}}
            """,
            to: "patches.json"
        )
        return "model.config=\(fixture.url("patches.json").path)"
    }

    /// Room for so many pairs of the fixture's batch of eight at a time.
    private static func limit(_ fixture: TrainingFixture, _ model: String, pairs: Int) throws -> String {
        let recipe = try fixture.recipe([model, "microBatch=auto"])
        let setup = try RunSetup.prepare(recipe, output: .nullDevice).stages[0]
        let whole = try ModelCatalog.configuration(fixture.url("patches.json").path)
        let tokenizer = try CLIPTokenizer.bundled()
        let estimate = try setup.estimate(whole: whole) { tokenizer.encode($0).count + 2 }
        return "memoryLimit=\(estimate.memory(microBatch: pairs).peak)"
    }

    @Test func whatWasChosenStandsInTheRun() throws {
        let fixture = try TrainingFixture()
        let model = try Self.model(fixture)
        let limit = try Self.limit(fixture, model, pairs: 4)
        try fixture.train([model, "microBatch=auto", limit], in: "auto")
        let recipe = try Recipe(contentsOf: fixture.url("auto/recipe.yaml").path)
        #expect(recipe.microBatch == 4)
        // The same losses as with the number, as order and draws are the same.
        try fixture.train([model, "microBatch=4"], in: "four")
        #expect(try fixture.metrics("auto") == fixture.metrics("four"))
        #expect(try fixture.state("auto", step: 10) == fixture.state("four", step: 10))
        // It goes on with what was chosen.
        try fixture.resume(["length=12 steps"], in: "auto")
        #expect(try Recipe(contentsOf: fixture.url("auto/recipe.yaml").path).microBatch == 4)
    }

    @Test func theWholeBatchIsNoPart() throws {
        let fixture = try TrainingFixture()
        let setup = try RunSetup.prepare(
            fixture.recipe(["microBatch=auto", "memoryLimit=64 GiB"]),
            output: .nullDevice
        )
        #expect(setup.recipe.microBatch == nil)
        // A run that goes on compares its memory with it, too.
        #expect(setup.recipe.memoryLimit == ByteCount(bytes: 64 << 30))
        #expect(setup.recipe.warnings.isEmpty)
    }

    /// Whatever was chosen, and for a number of one's own.
    @Test(arguments: ["auto", "null", "4"])
    func aRunThatGoesOnSaysItsPeakToo(size: String) throws {
        let fixture = try TrainingFixture()
        try fixture.train(["microBatch=\(size)", "memoryLimit=64 GiB", "length=2 steps"])
        let said = try fixture.messages(of: ["length=3 steps"])
        #expect(
            said.contains("\npeak memory after the first step: ") && said.contains(", estimated "),
            "\(said)"
        )
        let tight = try fixture.messages(of: ["length=4 steps", "memoryLimit=1 MiB"])
        #expect(tight.contains("warning: peak memory after the first step: "), "\(tight)")
        #expect(tight.contains("exceeds the limit of 0.00 GB (`memoryLimit`)"), "\(tight)")
        let silent = try fixture.messages(of: ["length=5 steps", "memoryLimit=null"])
        #expect(!silent.contains("peak memory"), "\(silent)")
    }

    /// On the CPU a limit says what to report, with whatever parts.
    @Test func aLimitWithoutEffectIsAWarning() throws {
        let fixture = try TrainingFixture()
        func warned(_ device: String) throws -> [String] {
            try fixture.recipe(["memoryLimit=1 GiB", "device=\(device)"]).warnings.map(\.path)
        }
        #expect(try warned("cpu").isEmpty)
        #expect(try warned("cuda") == ["memoryLimit"])
    }

    @Test func eachStageHasItsOwn() throws {
        let fixture = try TrainingFixture()
        let model = try Self.model(fixture)
        let limit = try Self.limit(fixture, model, pairs: 4)
        let recipe = try fixture.staged(
            "{name: one, length: 2 steps}, {name: two, length: 2 steps, microBatch: auto, memoryLimit: \(limit.dropFirst(12))}",
            [model]
        )
        let setup = try RunSetup.prepare(recipe, output: .nullDevice)
        #expect(setup.recipe.allStages.map(\.recipe.microBatch) == [nil, 4])
        #expect(setup.stages[1].memoryWatch?.microBatch == 4)
    }

    @Test func tooLittleMemoryIsRefusedBeforeThereIsARun() throws {
        let fixture = try TrainingFixture()
        let error = try #require(throws: (any Error).self) {
            try fixture.train(["microBatch=auto", "memoryLimit=2 MiB"])
        }
        #expect("\(error)".contains("not even one pair at a time fits"))
        #expect(!fixture.exists("run"))
    }
}

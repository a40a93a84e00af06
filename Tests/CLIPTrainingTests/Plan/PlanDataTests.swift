import CLIPModels
import Foundation
import RemoteFiles
import Testing

@testable import CLIPData
@testable import CLIPTraining

/// What plans take from data that has an index, and what they say where that is not all.
@Suite struct PlanDataTests {
    private let fixture: TrainingFixture

    init() throws { fixture = try TrainingFixture() }

    private func makeIndex() throws {
        _ = try ShardDataset.open(fixture.recipe().data.train.patterns)
    }

    /// The number of samples is known, whatever keeps them from being read.
    @Test(arguments: [
        (["data.captions.fields=[caption]"], "caption"), (["data.imageFields=[gif]"], "gif"),
        (
            [
                "data.captions.sources={alt: txt, more: {file: /nowhere/more.jsonl}}",
                "data.captions.rule=mix(alt=0.5, more=0.5)",
            ], "/nowhere/more.jsonl"
        ),
    ])
    func samplesThatCannotBeReadAreCounted(_ overrides: [String], name: String) throws {
        try makeIndex()
        let plan = try CostPlan(fixture.recipe(["length=2 epochs"] + overrides))
        let stage = plan.stages[0]
        #expect(stage.samples == 80 && stage.dataBytes == nil)
        #expect(stage.textLengthsFrom == .limit && stage.textTokens == 12)
        #expect(plan.unknown.count == 1)
        let sentence = try #require(plan.unknown.first)
        #expect(sentence.hasPrefix("the samples of the data were not looked at (") && sentence.contains(name))
        #expect(
            sentence.hasSuffix(
                "), so texts are taken to be as long as allowed and the bytes of the data are unknown"
            )
        )
    }

    @Test func samplesThatAreReadInOrderAreCounted() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-n", fixture.url("train-0.tar").path]
        try process.run()
        process.waitUntilExit()
        let shards = fixture.url("train-0.tar.gz").path
        var settings = RemoteDataSettings()
        settings.cache = CacheSettings(directory: fixture.url("cache").path)
        _ = try ShardDataset.open([shards], options: IndexOptions(remote: RemoteData(settings: settings)))
        let plan = try CostPlan(fixture.recipe(["length=2 epochs", "data.train=\(shards)"]))
        let stage = plan.stages[0]
        #expect(stage.samples == 40 && stage.dataBytes == nil && stage.textLengthsFrom == .limit)
        #expect(
            plan.unknown == [
                "the captions and sizes of these shards can only be read in order, so texts are taken to be as long as "
                    + "allowed and the bytes of the data are unknown"
            ]
        )
    }

    @Test func memoryIsForAnOpenMicroBatch() throws {
        try makeIndex()
        var settings = CostPlan.Settings()
        settings.memory = ByteCount("64 GiB")
        let note = "--memory has no effect: microBatch is not auto"
        #expect(try CostPlan(fixture.recipe(), settings).unknown == [note])
        #expect(try CostPlan(fixture.recipe(["microBatch=auto"]), settings).unknown == [])
        let one = try fixture.staged(
            "{name: one, length: 2 steps}, {name: two, length: 2 steps, microBatch: auto}"
        )
        #expect(try CostPlan(one, settings).unknown == [])
    }

    /// Models of embeddings have bytes and no tokens.
    @Test func noCaptionIsTokenizedWithoutNeed() throws {
        try makeIndex()
        let setup = try RunSetup.prepare(fixture.recipe(), output: .nullDevice).stages[0]
        let settings = try setup.loader(stream: 0).settings
        let found = try SampleStatistics(
            settings,
            of: setup.data,
            upTo: SampleStatistics(limit: 0, whole: 0)
        ) { _ in
            Issue.record("a caption was tokenized")
            return 0
        }
        #expect(found.tokens == TokenLengths(0) && found.origin == .limit)
        #expect(found.bytes.map { $0 > 0 } == true)
    }
}

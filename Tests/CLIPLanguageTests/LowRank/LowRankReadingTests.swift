import CLIPLanguage
import Foundation
import Testing
import Torch
import TorchNN

/// Directories that peft wrote, against what peft computes with them.
@Suite struct LowRankReadingTests {
    @Test func settingsAreRead() throws {
        let all = try LowRankFixture.adapter("all")
        #expect(all.options.rank == 4)
        #expect(all.options.alpha == 8)
        #expect(all.options.dropout == 0.05)
        #expect(all.options.scale == 2)
        #expect(all.options.targets.count == 7)
        #expect(all.pairs.count == 14)
        let some = try LowRankFixture.adapter("some")
        #expect(some.options.usesRankStabilization)
        #expect(some.options.scale == 4 / 2.0.squareRoot())
        #expect(some.options.targets == ["q_proj", "up_proj"])
        #expect(some.pairs.count == 4)
    }

    @Test(arguments: ["all", "some"]) func aProjectionComputesWhatPeftDoes(name: String) throws {
        let record = try LowRankFixture.read().record(name)
        let adapter = try LowRankFixture.adapter(name)
        let pair = try #require(adapter.pairs[record.projection])
        let weight = try #require(try LowRankFixture.base().tensor("\(record.projection).weight"))
        let rows = try Tensor(record.input, shape: [3, 32])
        let plain = try rows.linear(weight, nil)
        let change = try rows.linear(pair.down, nil).linear(pair.up, nil)
        try change.multiply(by: adapter.options.scale)
        #expect(LowRankFixture.isNear(try (plain + change).scalars(), record.output))
        #expect(!LowRankFixture.isNear(try plain.scalars(), record.output, within: 1e-2))
    }

    @Test(arguments: ["all", "some"]) func mergedWeightsAreThoseOfPeft(name: String) throws {
        let record = try LowRankFixture.read().record(name)
        let weight = try #require(try LowRankFixture.base().tensor("\(record.merged).weight"))
        let merged = try LowRankFixture.adapter(name).merged(weight, of: record.merged)
        #expect(LowRankFixture.isNear(try merged.scalars(), record.weight, within: 1e-6))
    }

    @Test(arguments: ["all", "some"]) func theModelComputesWhatPeftDoes(name: String) throws {
        let fixture = try LowRankFixture.read()
        let base = try LowRankFixture.base()
        let ids = try Tensor(fixture.ids)
        let sequences = try PackedSequences(lengths: [fixture.ids.count])
        let beside = try LanguageModel(base, adapter: LowRankFixture.adapter(name))
        let merged = try LanguageModel(
            MergedSource(base, adapterDirectory: LanguageFixture.path("LowRank/\(name)"))
        )
        for model in [beside, merged] {
            let found = try model.hiddenStates(of: ids, sequences, isCausal: true).scalars(as: Float.self)
            #expect(LowRankFixture.isNear(found, fixture.record(name).hidden))
        }
        let plain = try LanguageModel(base).hiddenStates(of: ids, sequences, isCausal: true)
        #expect(!LowRankFixture.isNear(try plain.scalars(), fixture.record(name).hidden, within: 1e-2))
    }

    /// A decoder without its head has names without `model.`.
    @Test func namesOfAModelWithoutItsHeadAreRead() throws {
        let folder = try ScratchDirectory()
        let all = try SafetensorsFile(path: LanguageFixture.path("LowRank/all/adapter_model.safetensors"))
            .tensors()
        try FileManager.default.copyItem(
            at: LanguageFixture.url("LowRank/all/adapter_config.json"),
            to: folder.url.appending(path: "adapter_config.json")
        )
        let renamed = all.map {
            ($0.key.replacing("base_model.model.model.", with: "base_model.model."), $0.value)
        }
        try SafetensorsFile.write(
            Dictionary(uniqueKeysWithValues: renamed),
            to: folder.path("adapter_model.safetensors")
        )
        let adapter = try LowRankAdapter(directory: folder.url.path, for: LowRankFixture.base().configuration)
        #expect(adapter.pairs.keys.sorted() == (try LowRankFixture.adapter("all").pairs.keys.sorted()))
    }
}

import CLIPLanguage
import Testing
import Torch

@Suite struct LowRankMergingTests {
    /// Computed in float32 and rounded once; a subtraction in bfloat16 would not give the weight back, the base does.
    @Test(arguments: [DType.bfloat16, .float16]) func narrowWeightsAreRoundedOnce(type: DType) throws {
        let adapter = try LowRankFixture.adapter("all")
        let name = "model.layers.0.mlp.gate_proj"
        let weight = try #require(try LowRankFixture.base().tensor("\(name).weight")).to(type)
        let before = try weight.scalars(as: Float.self)
        let merged = try adapter.merged(weight, of: name)
        let exact = try adapter.merged(weight.to(.float32), of: name)
        #expect(merged.dtype == type)
        #expect(try merged.scalars(as: Float.self) == exact.to(type).scalars(as: Float.self))
        #expect(try merged.scalars(as: Float.self) != before)
        #expect(try weight.scalars(as: Float.self) == before)
    }

    @Test func theBaseIsTheWayBack() throws {
        let base = try LowRankFixture.base()
        let merged = try MergedSource(base, adapterDirectory: LanguageFixture.path("LowRank/some"))
        #expect(merged.tensorNames == base.tensorNames)
        #expect(merged.configuration == base.configuration)
        #expect(merged.weightFiles.count == 3)
        for name in merged.tensorNames {
            let before = try #require(try base.tensor(name)).scalars(as: Float.self)
            let changed = try #require(try merged.tensor(name)).scalars(as: Float.self)
            let isChanged = name.hasSuffix("q_proj.weight") || name.hasSuffix("up_proj.weight")
            #expect((changed != before) == isChanged, "\(name)")
            #expect(try #require(try merged.base.tensor(name)).scalars(as: Float.self) == before, "\(name)")
        }
        #expect(try merged.tensor("none") == nil)
    }

    /// Adapters that were trained on top of one another.
    @Test func sourcesNest() throws {
        let once = try MergedSource(
            LowRankFixture.base(),
            adapterDirectory: LanguageFixture.path("LowRank/all")
        )
        let twice = try MergedSource(once, adapterDirectory: LanguageFixture.path("LowRank/some"))
        let name = "model.layers.0.self_attn.q_proj"
        let wanted = try LowRankFixture.adapter("some").merged(
            LowRankFixture.adapter("all").merged(
                #require(try LowRankFixture.base().tensor("\(name).weight")),
                of: name
            ),
            of: name
        )
        let found = try #require(try twice.tensor("\(name).weight"))
        #expect(try found.scalars(as: Float.self) == wanted.scalars(as: Float.self))
        #expect(twice.weightFiles.count == 5)
    }

    @Test func anotherShapeIsAnError() throws {
        let adapter = try LowRankFixture.adapter("all")
        let error = #expect(throws: LowRankError.self) {
            try adapter.merged(.zeros([32, 16]), of: "model.layers.0.mlp.up_proj")
        }
        #expect(error?.description.contains("has shape [32, 16], and the model needs [32, 32]") ?? false)
    }
}

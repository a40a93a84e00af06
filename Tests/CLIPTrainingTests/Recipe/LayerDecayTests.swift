import CLIPData
import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN
import TorchOptim

@testable import CLIPTraining

/// Learning rates that fall through the blocks of the image tower.
@Suite struct LayerDecayTests {
    private func names(_ configuration: ModelConfiguration) throws -> [String] {
        try CLIPModel(configuration, parameters: ParameterStore(.unset)).parameters.trainable.map(\.name)
    }

    /// The numbers of LLM2CLIP's second stage.
    @Test func twelveBlocksAtThePapersRate() throws {
        let names = try names(ModelCatalog.configuration("ViT-B-32"))
        let decay = LayerDecay(rate: 0.85, blocksAmong: names)
        func expect(_ name: String, _ power: Double) {
            #expect(names.contains(name))
            #expect(abs(decay.factor(of: name) - pow(0.85, power)) < 1e-15, "\(name)")
        }
        for first in ["visual.conv1.weight", "visual.class_embedding", "visual.positional_embedding"] {
            expect(first, 13)
        }
        #expect(abs(decay.factor(of: "visual.conv1.weight") - 0.1209) < 5e-5)
        expect("visual.transformer.resblocks.0.ln_1.weight", 12)
        expect("visual.transformer.resblocks.10.mlp.c_fc.bias", 2)
        expect("visual.transformer.resblocks.11.attn.in_proj_weight", 1)
        for last in ["visual.proj", "visual.ln_post.weight", "visual.ln_pre.bias", "logit_scale"] {
            expect(last, 0)
        }
        // The text side has blocks of its own.
        expect("transformer.resblocks.0.ln_1.weight", 0)
        #expect(decay.factor(of: "text_adapter.resblocks.0.ln.weight") == 1)
    }

    @Test func ratesReachTheOptimizer() throws {
        let fixture = try TrainingFixture()
        try fixture.writeModel("deeper.json", layers: 3)
        let model = "model.config=\(fixture.url("deeper.json").path)"
        func multiplier(_ name: String, _ overrides: [String]) throws -> Double? {
            let trainer = try fixture.trainer([model] + overrides)
            trainer.loader.shutdown()
            return trainer.optimizer.groups.first { $0.names.contains(name) }?.multiplier
        }
        let decay = "optimizer.layerDecay=0.5"
        #expect(try multiplier("visual.conv1.weight", [decay]) == 0.0625)
        #expect(try multiplier("visual.transformer.resblocks.0.ln_1.weight", [decay]) == 0.125)
        #expect(try multiplier("visual.transformer.resblocks.2.ln_1.weight", [decay]) == 0.5)
        #expect(try multiplier("visual.proj", [decay]) == 1)
        #expect(try multiplier("text_projection", [decay]) == 1)
        #expect(try multiplier("logit_scale", [decay]) == 1)
        // With rates by name, both count.
        let rates = "optimizer.rates={visual.conv1.*: 0.5}"
        #expect(try multiplier("visual.conv1.weight", [decay, rates]) == 0.03125)
        // Frozen blocks are blocks all the same.
        let frozen = "train.freeze=['visual.transformer.resblocks.2.*']"
        #expect(try multiplier("visual.conv1.weight", [decay, frozen]) == 0.0625)
        #expect(try multiplier("visual.conv1.weight", []) == 1)
    }

    @Test func aTowerWithoutBlocksHasNone() throws {
        #expect(LayerDecay(rate: 0.5, blocksAmong: ["visual.stem.weight", "text_projection"]).hasNoBlocks)
        var recipe = try RecipeSamples.minimalRecipe()
        recipe.optimizer.layerDecay = 0.5
        let error = #expect(throws: RecipeError.self) {
            try recipe.rateFactors(for: ["visual.stem.weight"], among: ["visual.stem.weight"])
        }
        #expect(error?.problems.map(\.path) == ["optimizer.layerDecay"])
    }
}

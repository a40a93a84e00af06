import Foundation
import Testing
import Torch
import TorchNN

@testable import CLIPModels

/// Weights for a model with another text side, or features of another width.
@Suite struct HeadTransferTests {
    private func clip(image: Int = 8, width: Int = 8, layers: Int = 1, nested: Bool = false) throws
        -> ModelConfiguration
    {
        let json = """
            {"embed_dim": \(width), "custom_text": \(nested), "init_logit_bias": -5,
             "vision_cfg": {"image_size": \(image), "patch_size": 4, "width": 8, "head_width": 8, "layers": \(layers)},
             "text_cfg": {"context_length": 9, "vocab_size": 64, "width": 8, "heads": 1, "layers": 1}}
            """
        return try ModelConfiguration(json: Data(json.utf8))
    }

    private func adapter(image: Int = 8, width: Int = 12, vectors: Int = 5) throws -> ModelConfiguration {
        var configuration = try clip(image: image, width: width)
        configuration.text = AdapterTextConfiguration(width: vectors, blocks: 1)
        return configuration
    }

    private func tensors(_ configuration: ModelConfiguration, seed: UInt64 = 1) throws -> [String: Tensor] {
        let model = try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: seed)))
        try withoutGradient { try model.logitScale.fill(4.25) }
        return Dictionary(uniqueKeysWithValues: model.parameters.entries.map { ($0.name, $0.tensor) })
    }

    private func names(_ tensors: [String: Tensor]) -> Set<String> { Set(tensors.keys) }

    @Test(arguments: [false, true]) func theImageTowerAndTheTemperatureAreTaken(nested: Bool) throws {
        let (old, new) = (try clip(nested: nested), try adapter())
        #expect(new.needsFreshHead(over: old))
        let given = try tensors(old)
        let found = try new.withFreshHead(given, from: old, seed: 5)
        let fresh = try tensors(new, seed: 5)
        #expect(names(found) == names(fresh))
        for (name, tensor) in found {
            let isFresh = name == "visual.proj" || name.hasPrefix("text_adapter.")
            let expected = try #require(isFresh ? fresh[name] : given[name])
            #expect(try difference(tensor, expected) == 0, "\(name)")
        }
        #expect(try #require(found["logit_scale"]).item() == 4.25)
        #expect(found["visual.proj"]?.shape == [8, 12])
        // They make a model.
        _ = try CLIPModel(new, parameters: ParameterStore(.tensors(found)))
    }

    @Test func aHeadOfTheSameWidthStays() throws {
        let (old, new) = (try clip(), try adapter(width: 8))
        let given = try tensors(old)
        let found = try new.withFreshHead(given, from: old, seed: 5)
        #expect(try difference(#require(found["visual.proj"]), #require(given["visual.proj"])) == 0)
        let change = try new.headChange(from: old)
        #expect(change.fresh.allSatisfy { $0.name.hasPrefix("text_adapter.") })
        #expect(change.leftOut.map(\.name).contains("token_embedding.weight"))
        #expect(change.leftOut.reduce(0) { $0 + $1.count } == ModelSummary(old).text.parameters)
    }

    /// Another number of text positions is no other text side, and these are fitted afterwards.
    @Test func aLongerContextIsTheSameTextSide() throws {
        let old = try clip()
        let longer = try old.resized(contextLength: 12)
        #expect(!longer.needsFreshHead(over: old))
        var wide = longer
        wide.embeddingWidth = 12
        #expect(wide.needsFreshHead(over: old))
        let given = try tensors(old)
        let found = try wide.withFreshHead(given, from: old, seed: 5)
        for name in ["token_embedding.weight", "positional_embedding"] {
            #expect(try difference(#require(found[name]), #require(given[name])) == 0, "\(name)")
        }
        #expect(wide.givingHead(to: old).text.kind.contextLength == 9)
        #expect(found["text_projection"]?.shape == [8, 12])
    }

    /// A text side of the same kind and sizes stays; one of another size starts anew as a whole.
    @Test func textSidesOfOneKind() throws {
        let given = try tensors(adapter())
        let same = try adapter(width: 16)
        let kept = try same.withFreshHead(given, from: adapter(), seed: 5)
        let block = "text_adapter.resblocks.0.c_fc.weight"
        #expect(try difference(#require(kept[block]), #require(given[block])) == 0)
        #expect(kept["text_adapter.proj.weight"]?.shape == [16, 5])
        let wider = try adapter(vectors: 6)
        let anew = try wider.withFreshHead(given, from: adapter(), seed: 5)
        let fresh = try tensors(wider, seed: 5)
        // A normalisation's gain has another shape; the projection's bias has the same, and is not kept either.
        let bias = "text_adapter.proj.bias"
        #expect(try difference(#require(anew[bias]), #require(fresh[bias])) == 0)
        #expect(try difference(#require(anew["visual.proj"]), #require(given["visual.proj"])) == 0)
        #expect(try !adapter().needsFreshHead(over: adapter()))
    }

    /// Positions of another grid are fitted afterwards.
    @Test func sizesOfImagesMayDifferToo() throws {
        let (old, new) = (try clip(), try adapter(image: 16))
        let given = try tensors(old)
        let headed = try new.withFreshHead(given, from: old, seed: 5)
        let between = new.givingHead(to: old)
        #expect(
            new.sizeDifferences(from: between) == ["vision_cfg.image_size is 8 there and 16 in model.config"]
        )
        let found = try new.fitted(headed, from: between)
        #expect(found["visual.positional_embedding"]?.shape == [17, 8])
        _ = try CLIPModel(new, parameters: ParameterStore(.tensors(found)))
    }

    @Test func theSameSeedGivesTheSameHead() throws {
        let (old, new) = (try clip(), try adapter())
        let given = try tensors(old)
        func head(_ seed: UInt64) throws -> [Float] {
            try #require(new.withFreshHead(given, from: old, seed: seed)["visual.proj"]).scalars(
                as: Float.self
            )
        }
        #expect(try head(5) == head(5))
        #expect(try head(5) != head(6))
        // width^-½ is the deviation of a fresh projection.
        let wide = try adapter(width: 4096)
        let values = try #require(wide.withFreshHead(given, from: old, seed: 1)["visual.proj"])
        let deviation = try (values * values).mean().item().squareRoot()
        #expect(abs(deviation * 8.0.squareRoot() - 1) < 0.02)
    }
}

import CLIPLanguage
import Testing
import Torch
import TorchNN

@Suite struct LowRankParameterTests {
    /// Rank 16 on all seven projections.
    @Test(arguments: [
        (576, 30, 9, 3, 1536, 4_884_480), (896, 24, 14, 2, 4864, 8_798_208),
        (2048, 16, 32, 8, 8192, 11_272_192),
        (4096, 32, 32, 8, 14336, 41_943_040),
    ]) func knownModelsHaveTheKnownNumberOfParameters(
        width: Int,
        layers: Int,
        heads: Int,
        groups: Int,
        hidden: Int,
        count: Int
    ) throws {
        let configuration = LanguageModelConfiguration(
            vocabularySize: 8,
            width: width,
            layers: layers,
            heads: heads,
            keyValueHeads: groups,
            hiddenWidth: hidden
        )
        let store = ParameterStore(.unset)
        let adapter = try LowRankAdapter(store.root, for: configuration)
        #expect(store.parameterCount == count)
        #expect(adapter.parameterCount == count)
    }

    private static let configuration = LanguageModelConfiguration(
        vocabularySize: 8,
        width: 64,
        layers: 2,
        heads: 4,
        keyValueHeads: 2,
        hiddenWidth: 96
    )

    private static func drawn(_ seed: UInt64, _ change: (inout LowRankAdapter.Options) -> Void = { _ in })
        throws
        -> LowRankAdapter
    {
        var options = LowRankAdapter.Options()
        change(&options)
        return try LowRankAdapter(
            ParameterStore(.initialize(seed: seed)).root,
            for: configuration,
            options: options
        )
    }

    /// Uniform in ±1/√in, whose variance is a third of the square; `B` is zero.
    @Test func firstValuesAreThoseOfPeft() throws {
        for (name, pair) in try Self.drawn(3).pairs {
            #expect(try pair.up.scalars(as: Float.self).allSatisfy { $0 == 0 }, "\(name)")
            let values = try pair.down.scalars(as: Double.self)
            let bound = 1 / Double(pair.down.size(1)).squareRoot()
            #expect(values.allSatisfy { abs($0) <= bound })
            #expect((values.map(abs).max() ?? 0) > 0.98 * bound)
            let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
            #expect(abs(variance / (bound * bound / 3) - 1) < 0.12, "\(name)")
        }
    }

    @Test func drawsDependOnSeedAndNameAlone() throws {
        let name = "model.layers.1.mlp.up_proj"
        func values(_ adapter: LowRankAdapter) throws -> [Float]? { try adapter.pairs[name]?.down.scalars() }
        let first = try values(try Self.drawn(3))
        #expect(try first == values(try Self.drawn(3)))
        #expect(try first == values(try Self.drawn(3) { $0.targets = ["up_proj"] }))
        #expect(try first != values(try Self.drawn(4)))
        let other = try Self.drawn(3).pairs["model.layers.0.mlp.up_proj"]?.down.scalars(as: Float.self)
        #expect(first != other)
    }

    @Test func namesAreThoseOfPeft() throws {
        let store = ParameterStore(.initialize(seed: 1))
        let adapter = try LowRankAdapter(store.root, for: Self.configuration)
        #expect(store.entries.count == 28)
        #expect(store.entries[0].name == "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight")
        #expect(store.entries[1].name == "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight")
        #expect(Set(store.entries.map(\.name)) == Set(adapter.tensors.keys))
        #expect(store.trained.count == 28)
        let again = ParameterStore(.tensors(adapter.tensors))
        let second = try LowRankAdapter(again.root, for: Self.configuration)
        let key = "base_model.model.model.layers.1.mlp.down_proj.lora_A.weight"
        #expect(
            try second.tensors[key]?.scalars(as: Float.self) == adapter.tensors[key]?.scalars(as: Float.self)
        )
    }

    @Test func targetsThatDoNotExistAreNamed() throws {
        for targets in [["q_proj", "w1"], []] {
            let error = #expect(throws: LowRankError.self) { try Self.drawn(1) { $0.targets = targets } }
            #expect(
                error?.description.contains("target_modules is \(targets), expected some of q_proj") ?? false
            )
        }
        #expect(throws: LowRankError.self) { try Self.drawn(1) { $0.rank = 0 } }
    }

    /// With `B` at zero the model is what it was, `A` gets no gradient and `B` gets one; the weights get none.
    @Test func theFirstStepMovesOnlyTheUpperMatrices() throws {
        let base = try LowRankFixture.base()
        let store = ParameterStore(.initialize(seed: 1))
        let adapter = try LowRankAdapter(store.root, for: base.configuration)
        let ids = try Tensor([Int64(1), 5, 9, 30])
        let sequences = try PackedSequences(lengths: [4])
        let model = try LanguageModel(base, adapter: adapter)
        let hidden = try model.hiddenStates(of: ids, sequences, isCausal: false)
        let plain = try LanguageModel(base).hiddenStates(of: ids, sequences, isCausal: false)
        #expect(try hidden.scalars(as: Float.self) == plain.scalars(as: Float.self))
        let weights = (0..<hidden.count).map { Float($0 % 7) - 3 }
        try backward([(hidden, Tensor(weights, shape: hidden.shape))])
        for entry in store.entries {
            let gradient = try #require(entry.tensor.gradient).scalars(as: Float.self)
            #expect(gradient.allSatisfy { $0 == 0 } == entry.name.contains("lora_A"), "\(entry.name)")
        }
        #expect(model.weights.values.allSatisfy { $0.gradient == nil && !$0.requiresGradient })
    }
}

import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN

/// The text side for vectors of a language model, beside the same in PyTorch (`make_adapter_goldens.py`).
@Suite struct AdapterTextTests {
    private let golden: SafetensorsFile

    init() throws {
        golden = try SafetensorsFile(path: Golden.fixtures.appending(path: "adapter.safetensors").path)
    }

    private static let configuration = AdapterTextConfiguration(width: 8)

    /// The golden's parameters, in any type.
    private func tower(_ type: DType = .float32) throws -> (any TextTower, ParameterStore) {
        let names = golden.names.filter { $0.hasPrefix("text_adapter.") }
        let tensors = try names.reduce(into: [:]) { $0[$1] = try golden.tensor($1) }
        let store = ParameterStore(.tensors(tensors), dtype: type)
        let tower = try Self.configuration.tower(store.root, embeddingWidth: 6, activation: .quickGELU)
        #expect(store.entries.map(\.name).sorted() == names.sorted())
        return (tower, store)
    }

    private func fresh(width: Int = 8, embeddingWidth: Int = 6) throws -> (any TextTower, ParameterStore) {
        let store = ParameterStore(.initialize(seed: 3))
        let configuration = AdapterTextConfiguration(width: width)
        return (
            try configuration.tower(store.root, embeddingWidth: embeddingWidth, activation: .gelu), store
        )
    }

    private func features(_ tower: any TextTower, _ vectors: Tensor, tape: ActivationTape? = nil) throws
        -> Tensor
    {
        try tower.features(of: .embeddings(vectors), dtype: vectors.dtype, tape: tape)
    }

    @Test func featuresAndGradientsArePyTorchs() throws {
        let (tower, store) = try tower()
        let vectors = try golden.tensor("vectors").cloned()
        try vectors.setRequiresGradient(true)
        let found = try features(tower, vectors)
        #expect(try relativeDifference(found, golden.tensor("features")) < 1e-5)
        try backward([(found, golden.tensor("cotangent"))])
        for entry in store.trained {
            let gradient = try #require(entry.tensor.gradient)
            let expected = try golden.tensor("gradient.\(entry.name)")
            #expect(try relativeDifference(gradient, expected) < 1e-5, "\(entry.name)")
        }
        let gradient = try #require(vectors.gradient)
        #expect(try relativeDifference(gradient, golden.tensor("gradient.vectors")) < 1e-5)
    }

    /// Checkpointed blocks give the same bits.
    @Test func blocksAreSegmentsOfATape() throws {
        func gradients(_ tape: ActivationTape?) throws -> [[Float]] {
            let (tower, store) = try tower()
            let found = try features(tower, golden.tensor("vectors"), tape: tape)
            let cotangent = try golden.tensor("cotangent")
            if let tape {
                #expect(tape.segmentCount == 4)
                try tape.backward([(found, cotangent)])
            } else {
                try backward([(found, cotangent)])
            }
            return try store.trained.map { try #require($0.tensor.gradient).scalars(as: Float.self) }
        }
        #expect(try gradients(nil) == gradients(ActivationTape()))
    }

    /// In float64, central differences of the sum of all features along each vector's first number.
    @Test func gradientsAreDifferences() throws {
        let (tower, _) = try tower(.float64)
        let values = try golden.tensor("vectors").to(.float64)
        func sum(_ shift: Double, _ row: Int) throws -> Double {
            try withoutGradient {
                let moved = try Tensor.zeros(values.shape, dtype: .float64)
                try moved.slice(row..<(row + 1)).slice(0..<1, dim: 1).fill(shift)
                return try features(tower, values + moved).sum().item()
            }
        }
        let vectors = try values.cloned()
        try vectors.setRequiresGradient(true)
        let found = try features(tower, vectors)
        try backward([(found, Tensor.ones(found.shape, dtype: .float64))])
        let gradient = try #require(vectors.gradient).scalars(as: Double.self)
        for row in 0..<5 {
            let step = 1e-5
            let difference = try (sum(step, row) - sum(-step, row)) / (2 * step)
            #expect(abs(gradient[row * 8] - difference) < 1e-7 * max(1, abs(difference)))
        }
    }

    /// Four blocks of 4·d² + 5·d values each; the paper says 67.1 million at a width of 2,048.
    @Test(arguments: [
        (2048, 67_149_824), (4096, 268_517_376), (896, 12_862_976), (576, 5_319_936),
    ])
    func blocksHaveThePapersParameters(_ width: Int, _ expected: Int) {
        let configuration = AdapterTextConfiguration(width: width)
        let around = 2 * width + width * 1280 + 1280
        #expect(configuration.summary(embeddingWidth: 1280).parameters == expected + around)
    }

    @Test(arguments: [(2048, 1280, 69_776_640), (4096, 1280, 273_769_728), (4096, 1152, 273_245_312)])
    func theWholeSideHasThePapersParameters(_ width: Int, _ features: Int, _ expected: Int) throws {
        let configuration = AdapterTextConfiguration(width: width)
        #expect(configuration.summary(embeddingWidth: features).parameters == expected)
        // Whatever memory holds: no value is read.
        let store = ParameterStore(.unset)
        _ = try configuration.tower(store.root, embeddingWidth: features, activation: .gelu)
        #expect(store.parameterCount == expected)
    }

    @Test func theLengthOfAVectorDoesNotMatter() throws {
        let (tower, _) = try tower()
        let vectors = try golden.tensor("vectors")
        let expected = try features(tower, vectors)
        #expect(try difference(features(tower, vectors * 0.0625), expected) == 0)
        #expect(try difference(features(tower, vectors * 37.3), expected) < 1e-6)
        // No length at all is not divided by.
        let zeros = try features(tower, Tensor.zeros([1, 8]))
        #expect(try zeros.isFinite().all().item() == 1)
    }

    @Test func blocksWithoutAnOutputAreTheIdentity() throws {
        let (tower, store) = try fresh()
        let vectors = try golden.tensor("vectors")
        try withoutGradient {
            for entry in store.entries where entry.name.contains(".c_proj.") { try entry.tensor.fill(0) }
            let rows = try vectors.normalized()
            let mean = try rows.mean(dims: [1]).unsqueezed(1)
            let centred = try rows - mean
            let deviation = try ((centred * centred).mean(dims: [1]).unsqueezed(1) + 1e-5).sqrt()
            let weight = try #require(store["text_adapter.proj.weight"])
            let bias = try #require(store["text_adapter.proj.bias"])
            let expected = try (centred / deviation).matmul(weight.transposed()) + bias
            #expect(try difference(features(tower, vectors), expected) < 1e-5)
        }
    }

    @Test func firstValuesArePyTorchs() throws {
        let (_, store) = try fresh(width: 256, embeddingWidth: 64)
        for (name, fanIn) in [("resblocks.0.c_fc", 256), ("resblocks.3.c_proj", 512), ("proj", 256)] {
            let bound = 1 / Double(fanIn).squareRoot()
            for part in ["weight", "bias"] {
                let tensor = try #require(store["text_adapter.\(name).\(part)"]).detached()
                #expect(try tensor.abs().maximum().item() <= bound)
                let deviation = try (tensor * tensor).mean().item().squareRoot()
                #expect(abs(deviation / (bound / 3.0.squareRoot()) - 1) < 0.2, "\(name).\(part)")
            }
        }
        for norm in ["resblocks.1.ln", "ln_final"] {
            #expect(try #require(store["text_adapter.\(norm).weight"]).detached().sum().item() == 256)
            #expect(try #require(store["text_adapter.\(norm).bias"]).detached().abs().sum().item() == 0)
        }
    }

    @Test func textsInTheWrongFormAreRefused() throws {
        let (tower, _) = try tower()
        #expect(throws: TextInputError.tokensForEmbeddings(count: 2, width: 8)) {
            try tower.features(of: .tokens(TokenSequences([[1], [2]])), dtype: .float32, tape: nil)
        }
        #expect(throws: TextInputError.embeddingShape(found: [2, 9], width: 8)) {
            try features(tower, Tensor.zeros([2, 9]))
        }
    }

    @Test func narrowProductsStayNear() throws {
        let (tower, _) = try tower()
        let found = try tower.features(
            of: .embeddings(golden.tensor("vectors")),
            dtype: .bfloat16,
            tape: nil
        )
        #expect(found.dtype == .float32)
        #expect(try relativeDifference(found, golden.tensor("features")) < 0.03)
    }
}

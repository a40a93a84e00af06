import Testing
import Torch
import TorchNN

@Suite struct TransformerBlockTests {
    private static let width = 24

    private func block(_ store: ParameterStore, causal: Bool) throws -> TransformerBlock {
        let width = Self.width
        func linear(_ name: String, _ input: Int, _ output: Int) throws -> Linear {
            let path = store.root / name
            return Linear(
                weight: try path.parameter("weight", shape: [output, input], .normal(deviation: 0.2)),
                bias: try path.parameter("bias", shape: [output], .normal(deviation: 0.2))
            )
        }
        return TransformerBlock(
            firstNorm: try LayerNorm(store.root / "ln_1", width: width),
            attention: SelfAttention(
                input: try linear("in", width, 3 * width),
                output: try linear("out", width, width),
                heads: 3,
                isCausal: causal
            ),
            secondNorm: try LayerNorm(store.root / "ln_2", width: width),
            expand: try linear("expand", width, 4 * width),
            project: try linear("project", 4 * width, width),
            activation: .gelu
        )
    }

    @Test(arguments: [false, true]) func fusedRouteEqualsFloat64Route(causal: Bool) throws {
        let sequences = try PackedSequences(lengths: [5, 1, 8])
        let input = try normal([14, Self.width], seed: 1)
        func run(_ dtype: DType) throws -> Tensor {
            let block = try block(ParameterStore(.initialize(seed: 3), dtype: dtype), causal: causal)
            let stream = TransformerBlock.Stream(residual: try input.to(dtype))
            return try withoutGradient { try block(stream, sequences, dtype: dtype).joined() }
        }
        #expect(try relativeDistance(run(.float32), to: run(.float64)) < 1e-5)
    }

    @Test func bfloat16Computation() throws {
        let sequences = try PackedSequences(lengths: [5, 1, 8])
        let stream = TransformerBlock.Stream(residual: try normal([14, Self.width], seed: 1))
        let block = try block(ParameterStore(.initialize(seed: 3)), causal: false)
        let exact = try block(stream, sequences, dtype: .float32).joined()
        let rounded = try block(stream, sequences, dtype: .bfloat16)
        #expect(rounded.residual.dtype == .float32)
        #expect(try relativeDistance(rounded.joined(), to: exact) < 3e-2)
    }
}

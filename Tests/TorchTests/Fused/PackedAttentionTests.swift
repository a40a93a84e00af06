import Testing
import Torch
import TorchNN

@Suite struct PackedAttentionTests {
    private static let heads = 2

    private func compare(
        lengths: [Int],
        headWidth: Int,
        causal: Bool,
        dtype: DType = .float32
    ) throws -> (output: Double, gradient: Double) {
        let sequences = try PackedSequences(lengths: lengths)
        let qkv = try normal([sequences.rowCount, 3 * Self.heads * headWidth], seed: 11).to(dtype)
        let packed = try differentiate([qkv]) {
            [try $0[0].packedAttention(offsets: sequences.offsets, heads: Self.heads, causal: causal)]
        }
        let padded = try differentiate([qkv.to(.float32)]) {
            [try paddedAttention($0[0], sequences, heads: Self.heads, causal: causal)]
        }
        #expect(packed.outputs[0].dtype == dtype)
        return (
            try distance(packed.outputs[0], padded.outputs[0]),
            try relativeDistance(packed.gradients[0], to: padded.gradients[0])
        )
    }

    @Test(arguments: [16, 20, 32, 40, 64, 80], [false, true])
    func mixedLengthsEqualPaddedRoute(headWidth: Int, causal: Bool) throws {
        let difference = try compare(lengths: [17, 1, 0, 77, 2, 50, 0], headWidth: headWidth, causal: causal)
        #expect(difference.output < 1e-5)
        #expect(difference.gradient < 1e-5)
    }

    @Test(arguments: [1, 2, 17, 50, 77, 197], [false, true])
    func uniformLengthsEqualPaddedRoute(length: Int, causal: Bool) throws {
        let difference = try compare(lengths: [length, length], headWidth: 20, causal: causal)
        #expect(difference.output < 1e-5)
        #expect(difference.gradient < 1e-5)
    }

    @Test(arguments: [16, 40, 64], [false, true])
    func bfloat16StaysNear(headWidth: Int, causal: Bool) throws {
        let difference = try compare(
            lengths: [33, 1, 0, 50],
            headWidth: headWidth,
            causal: causal,
            dtype: .bfloat16
        )
        #expect(difference.output < 3e-2)
        #expect(difference.gradient < 3e-2)
    }

    @Test func onlyEmptySequences() throws {
        let sequences = try PackedSequences(lengths: [0, 0])
        let qkv = try Tensor.zeros([0, 48])
        try qkv.setRequiresGradient(true)
        let output = try qkv.packedAttention(offsets: sequences.offsets, heads: 2, causal: false)
        #expect(output.shape == [0, 16])
        try backward([(output, .zeros([0, 16]))])
        #expect(qkv.gradient?.shape == [0, 48])
        #expect(try PackedSequences(lengths: []).rowCount == 0)
    }

    @Test func largeScoresDoNotOverflow() throws {
        let sequences = try PackedSequences(lengths: [5, 9])
        let qkv = try normal([14, 96], seed: 3, scale: 40)
        let packed = try qkv.packedAttention(offsets: sequences.offsets, heads: 2, causal: true)
        let padded = try paddedAttention(qkv.to(.float64), sequences, heads: 2, causal: true)
        #expect(try relativeDistance(packed, to: padded) < 1e-3)
    }

    @Test(arguments: [[3, 3], [2, 4]], [false, true])
    func paddedRouteHasTheGradientOfDifferences(lengths: [Int], causal: Bool) throws {
        let sequences = try PackedSequences(lengths: lengths)
        let qkv = try normal([6, 12], seed: 21, dtype: .float64)
        let weights = try normal([6, 4], seed: 22, dtype: .float64)
        let value = { (x: Tensor) in
            try (paddedAttention(x, sequences, heads: 2, causal: causal) * weights).sum()
        }
        let leaf = try qkv.cloned()
        try leaf.setRequiresGradient(true)
        try backward([(value(leaf), .ones([], dtype: .float64))])
        let gradient = try #require(leaf.gradient).scalars(as: Double.self)
        let start = try qkv.scalars(as: Double.self)
        let step = 1e-5
        for index in start.indices {
            let shifted = try [step, -step].map { shift in
                var moved = start
                moved[index] += shift
                return try value(Tensor(moved, shape: [6, 12])).item()
            }
            #expect(abs((shifted[0] - shifted[1]) / (2 * step) - gradient[index]) < 1e-7)
        }
    }
}

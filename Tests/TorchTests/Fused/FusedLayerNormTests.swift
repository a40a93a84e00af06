import Testing
import Torch

@Suite struct FusedLayerNormTests {
    private static let epsilon = 1e-5

    /// residual, branch, weight, bias
    private func inputs(_ shape: [Int]) throws -> [Tensor] {
        let width = shape[shape.count - 1]
        return [
            try normal(shape, seed: 1), try normal(shape, seed: 2, scale: 3),
            try normal([width], seed: 3) + 1, try normal([width], seed: 4),
        ]
    }

    private func plain(_ values: [Tensor]) throws -> [Tensor] {
        let sum = try values[0] + values[1]
        return [sum, try sum.layerNorm(values[2], values[3], epsilon: Self.epsilon)]
    }

    private func fused(_ values: [Tensor], dtype: DType) throws -> [Tensor] {
        let (sum, normalized) = try values[0].addLayerNorm(
            values[1],
            weight: values[2],
            bias: values[3],
            epsilon: Self.epsilon,
            dtype: dtype
        )
        return [sum, normalized]
    }

    @Test(arguments: [[1, 20], [7, 33], [101, 160], [3, 5, 64], [65, 8], [67, 768]])
    func float32EqualsPlainOperators(shape: [Int]) throws {
        let inputs = try inputs(shape)
        let found = try differentiate(inputs) { try fused($0, dtype: .float32) }
        let expected = try differentiate(inputs.map { try $0.to(.float64) }, plain)
        for (found, expected) in zip(found.outputs, expected.outputs) {
            #expect(try relativeDistance(found, to: expected) < 1e-5)
        }
        for (found, expected) in zip(found.gradients, expected.gradients) {
            #expect(try relativeDistance(found, to: expected) < 2e-5)
        }
    }

    @Test(arguments: [[7, 33], [101, 160]]) func bfloat16Branch(shape: [Int]) throws {
        var inputs = try inputs(shape)
        inputs[1] = try inputs[1].to(.bfloat16)
        let found = try differentiate(inputs) { try fused($0, dtype: .bfloat16) }
        let expected = try differentiate(inputs.map { try $0.to(.float64) }, plain)
        #expect(found.outputs.map(\.dtype) == [.float32, .bfloat16])
        #expect(found.gradients.map(\.dtype) == [.float32, .bfloat16, .float32, .float32])
        #expect(try relativeDistance(found.outputs[0], to: expected.outputs[0]) < 1e-6)
        #expect(try relativeDistance(found.outputs[1], to: expected.outputs[1]) < 1e-2)
        for (found, expected) in zip(found.gradients, expected.gradients) {
            #expect(try relativeDistance(found, to: expected) < 1e-2)
        }
    }

    @Test func withoutBranch() throws {
        var inputs = try inputs([33, 20])
        inputs.remove(at: 1)
        let found = try differentiate(inputs) {
            let (_, normalized) = try $0[0].addLayerNorm(
                nil,
                weight: $0[1],
                bias: $0[2],
                epsilon: Self.epsilon,
                dtype: .float32
            )
            return [normalized]
        }
        let expected = try differentiate(inputs) {
            [try $0[0].layerNorm($0[1], $0[2], epsilon: Self.epsilon)]
        }
        #expect(try relativeDistance(found.outputs[0], to: expected.outputs[0]) < 1e-5)
        for (found, expected) in zip(found.gradients, expected.gradients) {
            #expect(try relativeDistance(found, to: expected) < 2e-5)
        }
    }

    @Test func gradientOfOneOutputAlone() throws {
        let inputs = try inputs([9, 20])
        for index in 0..<2 {
            let leaves = { (values: [Tensor]) in index == 0 ? Array(values.prefix(2)) : values }
            let found = try differentiate(leaves(inputs)) {
                [try fused($0 + inputs.dropFirst($0.count), dtype: .float32)[index]]
            }
            let expected = try differentiate(leaves(inputs)) {
                [try plain($0 + inputs.dropFirst($0.count))[index]]
            }
            for (found, expected) in zip(found.gradients, expected.gradients) {
                #expect(try relativeDistance(found, to: expected) < 2e-5)
            }
        }
    }
}

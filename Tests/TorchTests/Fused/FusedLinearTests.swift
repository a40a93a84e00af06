import Testing
import Torch

@Suite struct FusedLinearTests {
    /// The same map by plain operators, in float64.
    private func plain(_ values: [Tensor]) throws -> [Tensor] {
        let product = try values[0].matmul(values[1].transposed())
        return [values.count > 2 ? try product + values[2] : product]
    }

    @Test(arguments: [[5, 20], [130, 33], [2, 3, 20], [1, 1], [67, 160]])
    func float32EqualsPlainOperators(shape: [Int]) throws {
        let width = shape[shape.count - 1]
        let inputs = [
            try normal(shape, seed: 1), try normal([7, width], seed: 2), try normal([7], seed: 3),
        ]
        let fused = try differentiate(inputs) { [try $0[0].linear($0[1], $0[2])] }
        let reference = try differentiate(inputs.map { try $0.to(.float64) }, plain)
        #expect(fused.outputs[0].dtype == .float32)
        #expect(try relativeDistance(fused.outputs[0], to: reference.outputs[0]) < 1e-5)
        for (found, expected) in zip(fused.gradients, reference.gradients) {
            #expect(try relativeDistance(found, to: expected) < 1e-5)
        }
    }

    @Test func worksWithoutBias() throws {
        let inputs = [try normal([9, 20], seed: 1), try normal([3, 20], seed: 2)]
        let fused = try differentiate(inputs) { [try $0[0].linear($0[1], nil)] }
        let reference = try differentiate(inputs, plain)
        for (found, expected) in zip(fused.gradients, reference.gradients) {
            #expect(try relativeDistance(found, to: expected) < 1e-5)
        }
    }

    @Test func bfloat16InputWithFloat32Parameters() throws {
        let input = try normal([70, 40], seed: 1).to(.bfloat16)
        let inputs = [input, try normal([24, 40], seed: 2), try normal([24], seed: 3)]
        let fused = try differentiate(inputs) { [try $0[0].linear($0[1], $0[2])] }
        let reference = try differentiate(inputs.map { try $0.to(.float64) }, plain)
        #expect(fused.outputs[0].dtype == .bfloat16)
        #expect(fused.gradients.map(\.dtype) == [.bfloat16, .float32, .float32])
        #expect(try relativeDistance(fused.outputs[0], to: reference.outputs[0]) < 2e-2)
        for (found, expected) in zip(fused.gradients, reference.gradients) {
            #expect(try relativeDistance(found, to: expected) < 2e-2)
        }
    }
}

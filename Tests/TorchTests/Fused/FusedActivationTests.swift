import Foundation
import Testing
import Torch

@Suite struct FusedActivationTests {
    /// The formula by plain operators: float64 takes libtorch's own path.
    private func reference(_ input: Tensor, _ kind: Activation) throws -> Tensor {
        switch kind {
        case .gelu: try input.activated(.gelu)
        case .quickGELU: try input * (input * 1.702).sigmoid()
        }
    }

    @Test(arguments: [Activation.gelu, .quickGELU], [[1], [7], [16], [33], [1001, 9]])
    func float32EqualsFormula(kind: Activation, shape: [Int]) throws {
        let input = try normal(shape, seed: 5, scale: 3)
        let found = try differentiate([input]) { [try $0[0].activated(kind)] }
        let expected = try differentiate([input.to(.float64)]) { [try reference($0[0], kind)] }
        #expect(try distance(found.outputs[0], expected.outputs[0]) < 3e-6)
        #expect(try distance(found.gradients[0], expected.gradients[0]) < 1e-5)
    }

    @Test func geluIsTheExactForm() throws {
        // x·Φ(x) by the C library's error function, not the tanh approximation.
        let x = try Tensor([-2, -1, 0.5, 1, 2] as [Float])
        let exact = [-2, -1, 0.5, 1, 2].map { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }
        #expect(try distance(x.activated(.gelu), Tensor(exact)) < 1e-6)
    }

    @Test(arguments: [Activation.gelu, .quickGELU]) func extremes(kind: Activation) throws {
        let input = try Tensor([-100, -20, 0, 20, 100, 3e38, -1e4] as [Float])
        let leaf = try input.cloned()
        try leaf.setRequiresGradient(true)
        let output = try leaf.activated(kind)
        try backward([(output, .ones([7]))])
        #expect(try distance(output, Tensor([0, 0, 0, 20, 100, 3e38, 0] as [Float])) < 1e-6)
        let slope = try #require(leaf.gradient)
        #expect(try distance(slope, Tensor([0, 0, 0.5, 1, 1, 1, 0] as [Float])) < 1e-6)
    }

    @Test(arguments: [Activation.gelu, .quickGELU], [DType.float32, .bfloat16])
    func notANumberStaysSo(kind: Activation, dtype: DType) throws {
        let input = try Tensor([1, .nan, 2] as [Float]).to(dtype)
        let output = try input.activated(kind).scalars(as: Float.self)
        #expect(output.map(\.isNaN) == [false, true, false])
        try input.setRequiresGradient(true)
        try backward([(input.activated(kind), Tensor.ones([3], dtype: dtype))])
        let slope = try #require(input.gradient).scalars(as: Float.self)
        #expect(slope.map(\.isNaN) == [false, true, false])
    }

    @Test(arguments: [Activation.gelu, .quickGELU]) func bfloat16(kind: Activation) throws {
        let input = try normal([333], seed: 6, scale: 2).to(.bfloat16)
        let found = try differentiate([input]) { [try $0[0].activated(kind)] }
        let expected = try differentiate([input.to(.float64)]) { [try reference($0[0], kind)] }
        #expect(found.outputs[0].dtype == .bfloat16)
        #expect(try relativeDistance(found.outputs[0], to: expected.outputs[0]) < 5e-3)
        #expect(try relativeDistance(found.gradients[0], to: expected.gradients[0]) < 1e-2)
    }
}

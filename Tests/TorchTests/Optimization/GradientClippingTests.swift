import Testing
import Torch
import TorchOptim

@Suite struct GradientClippingTests {
    @Test func normIsOverAllTensors() throws {
        let norm = try GradientClipping.norm([
            Tensor([3, 0] as [Float]), Tensor([0, 4, 12] as [Float]).to(.bfloat16),
        ])
        #expect(norm.dtype == .float32)
        #expect(try norm.item() == 13)
    }

    @Test func divisorIsNeverBelowOne() throws {
        #expect(try GradientClipping.divisor(norm: Tensor(8), maximum: 2).item() == 4)
        #expect(try GradientClipping.divisor(norm: Tensor(1), maximum: 2).item() == 1)
        #expect(try GradientClipping.divisor(norm: Tensor(0), maximum: 2).item() == 1)
        #expect(throws: OptimizerError.self) { try GradientClipping.divisor(norm: Tensor(1), maximum: 0) }
    }

    @Test(arguments: [(Float.nan, 1.0), (.infinity, 1), (0, 0), (1e30, 0)])
    func skipsWhatIsNotFinite(norm: Float, expected: Double) throws {
        let skip = try GradientClipping.skip(unlessFinite: Tensor(norm))
        #expect(skip.dtype == .float32)
        #expect(try skip.item() == expected)
    }
}

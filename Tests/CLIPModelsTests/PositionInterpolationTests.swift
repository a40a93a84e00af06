import Testing
import Torch

@testable import CLIPModels

/// Figures of PyTorch 2.13's `interpolate`, which open_clip's loader calls.
@Suite struct PositionInterpolationTests {
    private func areNear(_ left: some Collection<Float>, _ right: [Double], _ tolerance: Double) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs(Double($0) - $1) < tolerance }
    }

    @Test func gridsAreBicubicWithAntialiasing() throws {
        // A class token, and a grid of 2×2.
        let table = try Tensor([9, 0, 1, 2, 3] as [Float]).reshaped([5, 1])
        let resized = try PositionResizing.image(table, grid: 4).scalars(as: Float.self)
        #expect(resized[0] == 9)
        #expect(areNear(resized[1..<5], [-0.2647, 0.0307, 0.6164, 0.9118], 1e-4))
        #expect(areNear(resized[5..<9], [0.3261, 0.6214, 1.2071, 1.5025], 1e-4))
        #expect(areNear(resized[13..<17], [2.0882, 2.3836, 2.9693, 3.2647], 1e-4))
    }

    @Test func aRampStaysARamp() throws {
        let rows = (0..<49).map { Float($0 / 7) }
        let table = try Tensor([0] + rows).reshaped([50, 1])
        let resized = try PositionResizing.image(table, grid: 14).scalars(as: Float.self)
        let column = (0..<14).map { resized[1 + $0 * 14] }
        let expected = [
            -0.088235, 0.167883, 0.709924, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4.25, 4.75, 5.290076, 5.832117,
            6.088234,
        ]
        #expect(areNear(column, expected, 2e-6))
    }

    @Test func textsAreLinear() throws {
        let table = try Tensor((0..<8).map { Float($0) }).reshaped([8, 1])
        let resized = try PositionResizing.text(table, length: 32).scalars(as: Float.self)
        let middle = stride(from: 0.125, through: 6.875, by: 0.25)
        #expect(areNear(resized, [0, 0] + middle + [7, 7], 1e-6))
    }

    @Test func equalSizesChangeNothing() throws {
        let table = try Tensor((0..<20).map { Float($0) * 0.1 }).reshaped([5, 4])
        #expect(try PositionResizing.image(table, grid: 2) === table)
        #expect(try PositionResizing.text(table, length: 5) === table)
    }
}

import Foundation
import Testing
import Torch

/// Each operator against its formula in float64, values and gradients; widths and counts that fill no vector are among the sizes.
@Suite struct DecoderOperatorTests {
    @Test(arguments: [[1, 3], [3, 7], [5, 16], [37, 24], [130, 576]], [false, true])
    func rootMeanSquareNorm(shape: [Int], hasBranch: Bool) throws {
        let inputs = [
            try normal(shape, seed: 1, scale: 2), try normal([shape[1]], seed: 2), try normal(shape, seed: 3),
        ]
        let used = hasBranch ? inputs : Array(inputs.prefix(2))
        let found = try differentiate(used) {
            let (sum, normalized) = try $0[0].addRMSNorm(
                hasBranch ? $0[2] : nil,
                weight: $0[1],
                epsilon: 1e-5,
                dtype: .float32
            )
            return hasBranch ? [normalized, sum] : [normalized]
        }
        let expected = try differentiate(used.map { try $0.to(.float64) }) {
            let sum = hasBranch ? try $0[0] + $0[2] : $0[0]
            let size = try (sum.squared().mean(dims: [-1], keepDims: true) + 1e-5).sqrt()
            let normalized = try sum / size * $0[1]
            return hasBranch ? [normalized, sum] : [normalized]
        }
        for (output, reference) in zip(found.outputs, expected.outputs) {
            #expect(try relativeDistance(output, to: reference) < 1e-6)
        }
        for (gradient, reference) in zip(found.gradients, expected.gradients) {
            #expect(try relativeDistance(gradient, to: reference) < 1e-5)
        }
    }

    /// The quotient is rounded before the weight multiplies it, and the product after.
    @Test func theNormRoundsBeforeItsWeight() throws {
        let rows = try normal([9, 40], seed: 4), branch = try normal([9, 40], seed: 5).to(.bfloat16)
        let weight = try normal([40], seed: 6)
        let (sum, found) = try rows.addRMSNorm(branch, weight: weight, epsilon: 1e-6, dtype: .bfloat16)
        #expect(sum.dtype == .float32)
        #expect(try distance(sum, rows + branch.to(.float32)) == 0)
        let exact = try sum.to(.float64)
        let quotient = try exact / (exact.squared().mean(dims: [-1], keepDims: true) + 1e-6).sqrt()
        let expected =
            try quotient.to(.float32).to(.bfloat16).to(.float64) * weight.to(.bfloat16).to(.float64)
        #expect(found.dtype == .bfloat16)
        // An element at the border between two quotients may fall on either side.
        let steps = try ((found.to(.float64) - expected).abs() / (expected.abs() + 1e-9)).scalars(
            as: Double.self
        )
        #expect(steps.filter { $0 > 0x1p-8 }.count <= 2)
        #expect(steps.allSatisfy { $0 < 0x1p-6 })
    }

    @Test(arguments: [DType.float32, .bfloat16], [[1], [7], [16], [33], [1001, 9]])
    func gating(dtype: DType, shape: [Int]) throws {
        let inputs = [try normal(shape, seed: 7, scale: 3).to(dtype), try normal(shape, seed: 8).to(dtype)]
        let found = try differentiate(inputs) { [try $0[0].gating($0[1])] }
        let expected = try differentiate(inputs.map { try $0.to(.float64) }) {
            [try $0[0] * $0[0].sigmoid() * $0[1]]
        }
        #expect(found.outputs[0].dtype == dtype)
        let limit = dtype == .float32 ? 1e-6 : 1e-2
        #expect(try relativeDistance(found.outputs[0], to: expected.outputs[0]) < limit)
        for (gradient, reference) in zip(found.gradients, expected.gradients) {
            #expect(try relativeDistance(gradient, to: reference) < 10 * limit)
        }
    }

    @Test func gatingOfExtremes() throws {
        let gate = try Tensor([-100, -1e30, 0, 100, 1e30, .nan] as [Float])
        let values = try gate.gating(.full([6], 2)).scalars(as: Float.self)
        #expect(Array(values.prefix(5)) == [values[0], 0, 0, 200, 2e30])
        #expect(abs(values[0]) < 1e-37)
        #expect(values[5].isNaN)
    }

    /// Pairs by hand: the element and the one half a head later.
    private func turned(_ row: [Double], _ angles: [Double], heads: Int) -> [Double] {
        let half = row.count / heads / 2
        return row.indices.map { index in
            let place = index % (2 * half), pair = place % half
            let other = place < half ? -row[index + half] : row[index - half]
            return row[index] * angles[pair].cosine + other * angles[pair].sine
        }
    }

    @Test(arguments: [(heads: 1, width: 2), (3, 6), (2, 32), (3, 64)])
    func rotation(heads: Int, width: Int) throws {
        let rows = try normal([5, heads * width], seed: 9),
            angles = try normal([5, width / 2], seed: 10, scale: 3)
        let (cosine, sine) = try angles.cosineAndSine()
        let found = try rows.rotated(cosine: cosine, sine: sine, heads: heads)
        for row in 0..<5 {
            let expected = try turned(
                rows.select(row).scalars(as: Double.self),
                angles.select(row).scalars(as: Double.self),
                heads: heads
            )
            #expect(try distance(found.select(row), Tensor(expected)) < 1e-6)
        }
    }

    @Test(
        arguments: [(heads: 2, groups: 2, width: 8), (6, 2, 10), (9, 3, 64), (4, 1, 32)],
        [DType.float32, .bfloat16]
    )
    func groupedHeads(sizes: (heads: Int, groups: Int, width: Int), dtype: DType) throws {
        let (heads, groups, width) = sizes
        let inputs = try [heads, groups, groups].enumerated().map {
            try normal([7, $1 * width], seed: UInt64(20 + $0)).to(dtype)
        }
        let (cosine, sine) = try normal([7, width / 2], seed: 30, scale: 3).cosineAndSine()
        let found = try differentiate(inputs) {
            [
                try Tensor.rotatedHeads(
                    query: $0[0],
                    key: $0[1],
                    value: $0[2],
                    cosine: cosine,
                    sine: sine,
                    heads: heads,
                    groups: groups
                )
            ]
        }
        let expected = try differentiate(inputs.map { try $0.to(.float64) }) { wide in
            let angles = (cosine: try cosine.to(.float64), sine: try sine.to(.float64))
            let query = try wide[0].rotated(cosine: angles.cosine, sine: angles.sine, heads: heads)
            let key = try wide[1].rotated(cosine: angles.cosine, sine: angles.sine, heads: groups)
            let repeated = try [key, wide[2]].flatMap { rows in
                try (0..<heads).map { head in
                    let group = head / (heads / groups)
                    return try rows.slice(group * width..<(group + 1) * width, dim: 1)
                }
            }
            return [try Tensor.concatenate([query] + repeated, dim: 1)]
        }
        #expect(found.outputs[0].dtype == dtype)
        let limit = dtype == .float32 ? 1e-6 : 1e-2
        #expect(try relativeDistance(found.outputs[0], to: expected.outputs[0]) < limit)
        for (gradient, reference) in zip(found.gradients, expected.gradients) {
            #expect(try relativeDistance(gradient, to: reference) < 2 * limit)
        }
    }

    @Test func shapesThatDoNotFitAreErrors() throws {
        let rows = try Tensor.zeros([4, 12]), angles = try Tensor.zeros([4, 2])
        #expect(throws: TorchError.self) { try rows.rotated(cosine: angles, sine: angles, heads: 5) }
        #expect(throws: TorchError.self) { try rows.rotated(cosine: angles, sine: angles, heads: 2) }
        #expect(throws: TorchError.self) { try rows.gating(angles) }
        #expect(throws: TorchError.self) {
            try rows.addRMSNorm(nil, weight: .zeros([11]), epsilon: 1e-5, dtype: .float32)
        }
        #expect(throws: TorchError.self) {
            try Tensor.rotatedHeads(
                query: rows,
                key: .zeros([4, 8]),
                value: .zeros([4, 8]),
                cosine: angles,
                sine: angles,
                heads: 3,
                groups: 2
            )
        }
    }
}

extension Tensor {
    fileprivate func cosineAndSine() throws -> (cosine: Tensor, sine: Tensor) {
        let angles = try scalars(as: Double.self)
        return (
            try Tensor(angles.map { Float($0.cosine) }, shape: shape),
            try Tensor(angles.map { Float($0.sine) }, shape: shape)
        )
    }
}

extension Double {
    fileprivate var cosine: Double { cos(self) }
    fileprivate var sine: Double { sin(self) }
}

import Foundation
import Testing
import Torch

@Suite struct OperatorTests {
    let matrix: Tensor

    init() throws {
        matrix = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    }

    @Test func arithmeticBroadcasts() throws {
        let row = try Tensor([10, 20, 30] as [Float])
        #expect(try (matrix + row).scalars() == [11, 22, 33, 14, 25, 36] as [Float])
        #expect(try (1 - matrix).scalars() == [0, -1, -2, -3, -4, -5] as [Float])
        #expect(try (12 / matrix).scalars() == [12, 6, 4, 3, 2.4, 2] as [Float])
        #expect(try (matrix * 2 / row).scalars() == [0.2, 0.2, 0.2, 0.8, 0.5, 0.4] as [Float])
    }

    @Test func numberKeepsType() throws {
        #expect(try (matrix.to(.bfloat16) * 0.5).dtype == .bfloat16)
        #expect(try (matrix.to(.float64) + 1).dtype == .float64)
    }

    @Test func matrixProducts() throws {
        #expect(try matrix.matmul(matrix.transposed()).scalars() == [14, 32, 32, 77] as [Float])
        let base = try Tensor.ones([2, 2])
        let sum = try base.addingProduct(matrix, matrix.transposed(), beta: 2, alpha: 0.5)
        #expect(try sum.scalars() == [9, 18, 18, 40.5] as [Float])
    }

    @Test func reductions() throws {
        #expect(try matrix.sum().item() == 21)
        #expect(try matrix.mean(dims: [1]).scalars() == [2, 5] as [Float])
        #expect(try matrix.maximum(dims: [0], keepDims: true).shape == [1, 3])
        #expect(abs(try matrix.norm().item() - 91.0.squareRoot()) < 1e-6)
        let large = try Tensor([1000, 1000] as [Double])
        #expect(abs(try large.logSumExp().item() - (1000 + log(2.0))) < 1e-9)
        #expect(try matrix.cumulativeSum(dim: 1).scalars() == [1, 3, 6, 4, 9, 15] as [Float])
        #expect(try matrix.argmax(dim: 1).scalars() == [2, 2] as [Int64])
    }

    @Test func ordering() throws {
        let row = try Tensor([3, 1, 2] as [Float])
        let (sorted, places) = try row.sorted(descending: true)
        #expect(try sorted.scalars() == [3, 2, 1] as [Float])
        #expect(try places.scalars() == [0, 2, 1] as [Int64])
        #expect(try row.topK(2).indices.scalars() == [0, 2] as [Int64])
    }

    @Test func views() throws {
        #expect(try matrix.transposed().scalars() == [1, 4, 2, 5, 3, 6] as [Float])
        #expect(try matrix.slice(1..<3, dim: 1).scalars() == [2, 3, 5, 6] as [Float])
        #expect(try matrix.select(1).scalars() == [4, 5, 6] as [Float])
        #expect(
            try matrix.indexSelect(Tensor([2, 0] as [Int64]), dim: 1).scalars() == [3, 1, 6, 4] as [Float]
        )
        let picks = try Tensor([2, 0] as [Int64], shape: [2, 1])
        #expect(try matrix.gather(picks, dim: 1).scalars() == [3, 4] as [Float])
        #expect(try matrix.flipped(dim: 0).scalars() == [4, 5, 6, 1, 2, 3] as [Float])
        #expect(try Tensor.stack([matrix, matrix], dim: 1).shape == [2, 2, 3])
        #expect(try Tensor.concatenate([matrix, matrix]).shape == [4, 3])
    }

    @Test func comparisonsAndSelection() throws {
        let large = try matrix .> 3
        #expect(large.dtype == .bool)
        #expect(try large.select(matrix, -matrix).scalars() == [-1, -2, -3, 4, 5, 6] as [Float])
        #expect(try matrix.filled(with: 0, where: large).sum().item() == 6)
        #expect(try Tensor([.nan, .infinity, 1] as [Float]).isFinite().scalars() == [0, 0, 1] as [UInt8])
    }

    @Test func stableFunctions() throws {
        let extreme = try Tensor([-200, 0, 200] as [Float])
        #expect(try extreme.logSigmoid().scalars() == [-200, -Float(log(2.0)), 0] as [Float])
        #expect(try extreme.softmax(dim: 0).scalars() == [0, 0, 1] as [Float])
        let unit = try Tensor([3, 4, 0, 0] as [Float], shape: [2, 2]).normalized()
        #expect(try distance(unit, Tensor([0.6, 0.8, 0, 0] as [Float], shape: [2, 2])) < 1e-6)
    }

    @Test func inPlaceWritesThroughViews() throws {
        let column = try matrix.select(0, dim: 1)
        try column.fill(9)
        try column.add(Tensor([1, 2] as [Float]), scale: 2)
        #expect(try matrix.scalars() == [11, 2, 3, 13, 5, 6] as [Float])
        try matrix.add(Tensor.ones([2, 3]), at: Tensor([1, 1] as [Int64]))
        #expect(try matrix.select(1).scalars() == [15, 7, 8] as [Float])
    }

    @Test(arguments: DType.allCases) func bytesRoundTrip(dtype: DType) throws {
        let tensor = try Tensor([0, 1, 1] as [Float]).to(dtype)
        var bytes = [UInt8](repeating: 0xAA, count: 3 * dtype.byteCount)
        try bytes.withUnsafeMutableBytes { try tensor.copyBytes(to: $0) }
        let copy = try bytes.withUnsafeBytes { try Tensor.copying(bytes: $0, shape: [3], dtype: dtype) }
        #expect(copy.dtype == dtype)
        #expect(try copy.scalars() == [0, 1, 1] as [Double])
    }
}

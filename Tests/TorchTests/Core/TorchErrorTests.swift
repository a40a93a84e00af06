import Testing
import Torch

@Suite struct TorchErrorTests {
    @Test func namesOperationAndShapes() throws {
        let left = try Tensor.zeros([2, 3])
        let right = try Tensor.zeros([4, 5], dtype: .float32)
        let error = #expect(throws: TorchError.self) { try left.matmul(right) }
        #expect(error?.operation == "matmul([2, 3] float32, [4, 5] float32)")
        expectPlain(error)
    }

    @Test func fusedOperatorsCheckShapes() throws {
        let rows = try Tensor.zeros([4, 6])
        let attention = #expect(throws: TorchError.self) {
            try rows.packedAttention(offsets: Tensor([0, 5] as [Int32]), heads: 1, causal: false)
        }
        expectPlain(attention)
        #expect(attention?.reason.contains("4 packed rows") == true)
        let falling = #expect(throws: TorchError.self) {
            try rows.packedAttention(offsets: Tensor([0, 5, 4] as [Int32]), heads: 1, causal: false)
        }
        expectPlain(falling)
        let width = #expect(throws: TorchError.self) {
            try rows.addLayerNorm(
                nil,
                weight: .ones([5]),
                bias: .zeros([5]),
                epsilon: 1e-5,
                dtype: .float32
            )
        }
        expectPlain(width)
        expectPlain(
            #expect(throws: TorchError.self) {
                try Tensor.zeros([2, 0]).addLayerNorm(
                    nil,
                    weight: .ones([0]),
                    bias: .zeros([0]),
                    epsilon: 1e-5,
                    dtype: .float32
                )
            }
        )
        expectPlain(#expect(throws: TorchError.self) { try rows.linear(.zeros([2, 7]), nil) })
    }

    @Test func badValuesAreErrors() throws {
        #expect(throws: TorchError.self) { try Tensor([1, 2, 3] as [Float], shape: [2, 2]) }
        #expect(throws: TorchError.self) { try Tensor.zeros([2]).item() }
        #expect(throws: TorchError.self) { try Tensor([5] as [Int64]).embedded(in: .zeros([3, 2])) }
        #expect(throws: TorchError.self) { try Tensor.zeros([2], on: .cuda(99)) }
        #expect(throws: TorchError.self) { try TensorLists.globalNorm([]) }
    }

    @Test func deviceNames() {
        #expect(Device("cpu") == .cpu)
        #expect(Device("cuda:3") == .cuda(3))
        #expect(Device("cuda:-1") == nil)
        #expect(Device("tpu") == nil)
    }

    /// One paragraph without a backtrace.
    private func expectPlain(_ error: TorchError?, sourceLocation: SourceLocation = #_sourceLocation) {
        let text = error?.description ?? "frame #"
        #expect(!text.contains("frame #"), sourceLocation: sourceLocation)
        #expect(!text.contains("Exception raised from"), sourceLocation: sourceLocation)
    }
}

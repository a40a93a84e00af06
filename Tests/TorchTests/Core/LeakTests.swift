import Testing
import Torch
import TorchNN
import TorchOptim

/// Live tensors are counted for the whole process, so each count has a process of its own.
@Suite struct LeakTests {
    @Test func operationsAndErrorsLeaveNothing() async {
        await #expect(processExitsWith: .success) {
            let before = Tensor.liveCount
            do {
                let x = try normal([4, 6], seed: 1)
                for _ in 0..<20 {
                    _ = try x.topK(2).values.matmul(x.topK(2).indices.to(.float32).transposed())
                    _ = try? x.matmul(x)
                    _ = try? x.topK(100)
                    _ = try? x.reshaped([5])
                }
                #expect(Tensor.liveCount == before + 1)
            }
            #expect(Tensor.liveCount == before)
        }
    }

    @Test func trainingStepsLeaveNothing() async {
        await #expect(processExitsWith: .success) {
            let before = Tensor.liveCount
            do {
                let store = ParameterStore(.initialize(seed: 1))
                let norm = try LayerNorm(store.root / "norm", width: 12)
                let weight = try store.root.parameter("weight", shape: [36, 12], .xavierUniform)
                let linear = Linear(weight: weight, bias: nil)
                let optimizer = try AdamW(store.entries)
                let average = try ExponentialMovingAverage(store.entries, decay: 0.9)
                let rows = try PackedSequences(lengths: [3, 4])
                var counts: Set<Int> = []
                for step in 0..<4 {
                    let x = try normal([7, 12], seed: UInt64(step))
                    let hidden = try linear(norm(x)).activated(.gelu)
                    let y = try hidden.packedAttention(offsets: rows.offsets, heads: 3, causal: true)
                    try backward([(y, .ones(y.shape))])
                    let size = try GradientClipping.norm(optimizer.gradients())
                    try optimizer.step(
                        learningRate: 0.01,
                        divisor: GradientClipping.divisor(norm: size, maximum: 1),
                        skip: GradientClipping.skip(unlessFinite: size)
                    )
                    try optimizer.clearGradients()
                    try average.update()
                    counts.insert(Tensor.liveCount)
                }
                #expect(counts.count == 1)
                #expect(try optimizer.stepCount() == 4)
            }
            #expect(Tensor.liveCount == before)
        }
    }

    @Test func viewsKeepTheirOwnerExactlyAsLongAsNeeded() throws {
        final class Owner {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
            deinit { memory.deallocate() }
        }
        weak var watched: Owner?
        do {
            var row: Tensor?
            do {
                let owner = Owner()
                watched = owner
                owner.memory.storeBytes(of: 7, as: Float.self)
                row = try Tensor.viewing(owner.memory, owner: owner, shape: [2, 2], dtype: .float32).select(0)
            }
            #expect(watched != nil)
            #expect(try row?.select(0).item() == 7)
            row = nil
        }
        #expect(watched == nil)
    }
}

import Testing
import Torch
import TorchNN

/// The thread count belongs to the process, so it changes in a process of its own.
@Suite struct ThreadCountTests {
    @Test func resultsDoNotDependOnThreadCount() async {
        await #expect(processExitsWith: .success) {
            let sequences = try PackedSequences(lengths: [17, 1, 0, 40, 33, 50])
            let inputs = [
                try normal([141, 40], seed: 1), try normal([141, 40], seed: 2), try normal([40], seed: 3),
                try normal([40], seed: 4), try normal([120, 40], seed: 5), try normal([120], seed: 6),
            ]
            let run = { (threads: Int) in
                try Runtime.setThreadCount(threads)
                return try differentiate(inputs) {
                    let (sum, rows) = try $0[0].addLayerNorm(
                        $0[1],
                        weight: $0[2],
                        bias: $0[3],
                        epsilon: 1e-5,
                        dtype: .float32
                    )
                    let qkv = try rows.linear($0[4], $0[5]).activated(.quickGELU)
                    return [sum, try qkv.packedAttention(offsets: sequences.offsets, heads: 2, causal: true)]
                }
            }
            let one = try run(1)
            for threads in [2, 3] {
                let several = try run(threads)
                for (found, expected) in zip(
                    several.outputs + several.gradients,
                    one.outputs + one.gradients
                ) {
                    #expect(try relativeDistance(found, to: expected) < 1e-5)
                }
            }
        }
    }
}

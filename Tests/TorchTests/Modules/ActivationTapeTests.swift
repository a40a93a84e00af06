import Testing
import Torch
import TorchNN

@Suite struct ActivationTapeTests {
    /// Two segments with two outputs each, of which one is never used, before and after recorded operations.
    private func network(_ x: Tensor, _ weight: Tensor, tape: ActivationTape?) throws -> [Tensor] {
        func segment(_ inputs: [Tensor], _ body: @escaping ([Tensor]) throws -> [Tensor]) throws -> [Tensor] {
            try tape.map { try $0(inputs, body) } ?? body(inputs)
        }
        let first = try segment([x * 2, x.exp()]) { [try $0[0].matmul(weight) * $0[1], try $0[0] + $0[1]] }
        let second = try segment(first) { [try $0[0].squared().matmul(weight) + $0[1], try $0[0] * 3] }
        return [try second[0].matmul(weight)]
    }

    @Test func gradientsHaveTheBitsOfAnUncutGraph() throws {
        let inputs = [try normal([3, 4], seed: 1), try normal([4, 4], seed: 2)]
        let plain = try differentiate(inputs) { try network($0[0], $0[1], tape: nil) }
        let leaves = try inputs.map { try $0.cloned() }
        for leaf in leaves { try leaf.setRequiresGradient(true) }
        let tape = ActivationTape()
        let output = try network(leaves[0], leaves[1], tape: tape)[0]
        try tape.backward([(output, try normal([3, 4], seed: 99))])
        #expect(try distance(output, plain.outputs[0]) == 0)
        #expect(try distance(#require(leaves[0].gradient), plain.gradients[0]) == 0)
        // Used three times, each in another place: the sum has the same terms and perhaps another grouping.
        #expect(try relativeDistance(#require(leaves[1].gradient), to: plain.gradients[1]) < 1e-6)
    }

    @Test func aSegmentThatNothingUsedIsNotComputedAgain() throws {
        let x = try normal([3], seed: 1)
        try x.setRequiresGradient(true)
        let tape = ActivationTape()
        var calls = 0
        _ = try tape([x]) { inputs in
            calls += 1
            return [try inputs[0].exp()]
        }
        let output = try tape([x]) { [try $0[0] * 2] }[0]
        try tape.backward([(output, .ones([3]))])
        #expect(calls == 1)
        #expect(try distance(#require(x.gradient), try Tensor.ones([3]) * 2) == 0)
    }

    @Test func withoutRecordingNothingIsKept() async {
        await #expect(processExitsWith: .success) {
            let tape = ActivationTape()
            let x = try normal([3], seed: 1)
            let before = Tensor.liveCount
            try withoutGradient {
                let output = try tape([x]) { [try $0[0].exp()] }[0]
                #expect(!output.requiresGradient)
            }
            #expect(Tensor.liveCount == before)
        }
    }

    @Test func nothingIsLeftAfterAPassOrAnError() async {
        await #expect(processExitsWith: .success) {
            let x = try normal([3, 4], seed: 1)
            try x.setRequiresGradient(true)
            let tape = ActivationTape()
            let before = Tensor.liveCount
            do {
                let output = try tape([x]) { [try $0[0].exp()] }[0]
                try tape.backward([(output, .ones([3, 4]))])
            }
            try x.setGradient(nil)
            #expect(Tensor.liveCount == before)
            do {
                let output = try tape([x]) { [try $0[0].exp()] }[0]
                #expect(throws: TorchError.self) { try tape.backward([(output, .ones([2]))]) }
            }
            #expect(Tensor.liveCount == before)
        }
    }
}

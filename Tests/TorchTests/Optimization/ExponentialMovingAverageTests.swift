import Testing
import Torch
import TorchNN
import TorchOptim

@Suite struct ExponentialMovingAverageTests {
    private let store: ParameterStore
    private let parameter, buffer: Tensor

    init() throws {
        store = ParameterStore(.initialize(seed: 1))
        parameter = try store.root.parameter("p", shape: [2], .zeros)
        buffer = try store.root.buffer("b", shape: [1], .ones)
    }

    private func set(_ value: Double) throws {
        try withoutGradient { try parameter.fill(value) }
        try buffer.fill(value)
    }

    @Test func followsValues() throws {
        let average = try ExponentialMovingAverage(store.entries, decay: 0.75)
        var expected = 0.0
        for value in [4.0, -2, 8] {
            try set(value)
            try average.update()
            expected += 0.25 * (value - expected)
        }
        #expect(try #require(average.averages["p"]).scalars() == [expected, expected])
        #expect(try #require(average.averages["b"]).item() == 8)
        #expect(try parameter.scalars() == [8, 8] as [Float])
    }

    @Test func exchangesForEvaluation() throws {
        struct Stop: Error {}
        let average = try ExponentialMovingAverage(store.entries, decay: 0.5)
        try set(6)
        try average.update()
        #expect(try average.withAverages { try parameter.scalars(as: Float.self) } == [3, 3])
        #expect(throws: Stop.self) { try average.withAverages { throw Stop() } }
        #expect(try parameter.scalars() == [6, 6] as [Float])
        #expect(try #require(average.averages["p"]).scalars() == [3, 3] as [Float])
        #expect(parameter.requiresGradient)
    }

    @Test func continuesFromSnapshot() throws {
        let average = try ExponentialMovingAverage(store.entries, decay: 0.5)
        try set(6)
        try average.update()
        let saved = try average.snapshot()
        try average.update()
        try average.restore(saved)
        #expect(try #require(average.averages["p"]).scalars() == [3, 3] as [Float])
        #expect(throws: OptimizerError.missing("p")) { try average.restore([:]) }
        #expect(throws: OptimizerError.self) { try ExponentialMovingAverage(store.entries, decay: 1.5) }
    }
}

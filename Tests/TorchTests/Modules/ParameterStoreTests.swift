import Testing
import Torch
import TorchNN

@Suite struct ParameterStoreTests {
    @Test func keepsOrderAndNames() throws {
        let store = ParameterStore(.initialize(seed: 1))
        let path = store.root / "visual" / "blocks" / 3
        _ = try path.parameter("weight", shape: [2, 3], .ones)
        _ = try path.buffer("mean", shape: [3], .zeros)
        _ = try store.root.parameter("scale", shape: [], .constant(2.5))
        #expect(store.entries.map(\.name) == ["visual.blocks.3.weight", "visual.blocks.3.mean", "scale"])
        #expect(store.trainable.map(\.name) == ["visual.blocks.3.weight", "scale"])
        #expect(store.parameterCount == 7)
        #expect(store["scale"]?.requiresGradient == true)
        #expect(store["visual.blocks.3.mean"]?.requiresGradient == false)
        #expect(try store["scale"]?.item() == 2.5)
        #expect(store["other"] == nil)
    }

    @Test func duplicateNameIsAnError() throws {
        let store = ParameterStore(.initialize(seed: 1))
        _ = try store.root.parameter("a", shape: [1], .ones)
        #expect(throws: ParameterError.duplicate("a")) {
            try store.root.parameter("a", shape: [1], .ones)
        }
        #expect(store.entries.count == 1)
    }

    @Test func givenTensorsMustFit() throws {
        let store = ParameterStore(.tensors(["a": try Tensor([1, 2] as [Float])]))
        #expect(throws: ParameterError.missing("b", expected: [4])) {
            try store.root.parameter("b", shape: [4], .ones)
        }
        #expect(throws: ParameterError.shape("a", found: [2], expected: [2, 1])) {
            try store.root.parameter("a", shape: [2, 1], .ones)
        }
        #expect(try store.root.parameter("a", shape: [2], .ones).scalars() == [1, 2] as [Float])
    }

    @Test func givenTensorsAreCopied() throws {
        let given = try Tensor([1, 2] as [Float])
        let store = ParameterStore(.tensors(["a": given]), dtype: .float32)
        let parameter = try store.root.parameter("a", shape: [2], .ones)
        try withoutGradient { try parameter.fill(9) }
        #expect(try given.scalars() == [1, 2] as [Float])
    }

    @Test func givenTensorsAreLetGoOf() throws {
        final class Owner {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
            deinit { memory.deallocate() }
        }
        weak var watched: Owner?
        let store: ParameterStore
        do {
            let owner = Owner()
            watched = owner
            let given = try Tensor.viewing(owner.memory, owner: owner, shape: [2], dtype: .float32)
            store = ParameterStore(.tensors(["a": given, "unused": given]))
        }
        let parameter = try store.root.parameter("a", shape: [2], .ones)
        #expect(watched != nil)
        store.releaseSource()
        #expect(watched == nil && parameter.count == 2)
        #expect(throws: ParameterError.missing("unused", expected: [2])) {
            try store.root.parameter("unused", shape: [2], .ones)
        }
    }

    @Test func valuesDependOnSeedAndNameOnly() throws {
        func values(_ names: [String], seed: UInt64) throws -> [String: [Float]] {
            let store = ParameterStore(.initialize(seed: seed))
            for name in names {
                _ = try store.root.parameter(name, shape: [8], .normal(deviation: 1))
            }
            return try Dictionary(
                uniqueKeysWithValues: store.entries.map { ($0.name, try $0.tensor.scalars()) }
            )
        }
        let forward = try values(["a", "b", "c"], seed: 1)
        #expect(try values(["c", "a", "b"], seed: 1) == forward)
        #expect(try values(["a", "b", "c"], seed: 2) != forward)
        #expect(forward["a"] != forward["b"])
    }

    @Test func initializerStatistics() throws {
        func values(_ initializer: Initializer) throws -> [Double] {
            try ParameterStore(.initialize(seed: 5)).root
                .parameter("w", shape: [300, 100], initializer).scalars()
        }
        func deviation(_ values: [Double]) -> Double {
            (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
        }
        // Five standard errors of a deviation over 30 000 values are about 2 %.
        let normal = try values(.normal(deviation: 0.02))
        #expect(abs(deviation(normal) / 0.02 - 1) < 0.02)
        #expect(abs(normal.reduce(0, +) / 30_000) < 5 * 0.02 / 30_000.0.squareRoot())
        let bounds: [(Initializer, Double)] = [
            (.uniform(bound: 0.5), 0.5), (.xavierUniform, (6.0 / 400).squareRoot()),
            (.linearUniform(fanIn: 100), 0.1),
        ]
        for (initializer, bound) in bounds {
            let uniform = try values(initializer)
            #expect(uniform.allSatisfy { abs($0) <= bound * (1 + 1e-6) })
            #expect(abs(deviation(uniform) / (bound / 3.0.squareRoot()) - 1) < 0.02)
        }
        #expect(try values(.ones).allSatisfy { $0 == 1 })
    }

    @Test func initialValuesAreEqualInEveryType() throws {
        func draw(_ dtype: DType) throws -> Tensor {
            try ParameterStore(.initialize(seed: 5), dtype: dtype).root
                .parameter("w", shape: [9], .normal(deviation: 1))
        }
        #expect(try draw(.float64).dtype == .float64)
        #expect(try distance(draw(.float64), draw(.float32)) == 0)
    }
}

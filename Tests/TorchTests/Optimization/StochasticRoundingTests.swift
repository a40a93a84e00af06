import CTorch
import Testing

@testable import Torch

@Suite struct StochasticRoundingTests {
    private func rounded(
        _ source: Tensor,
        key: UInt64 = 1,
        step: Double = 1,
        from firstElement: Int = 0
    ) throws -> Tensor {
        let target = try Tensor.zeros(source.shape, dtype: .bfloat16)
        try target.roundStochastically(
            from: source,
            key: key,
            step: .full([], step),
            firstElement: firstElement
        )
        return target
    }

    /// Bit patterns of bfloat16 that start a float32: neighbours above and below a value, as numbers.
    private func neighbours(_ value: Float) -> (below: Float, above: Float) {
        let bits = value.bitPattern & 0xFFFF_0000
        return (Float(bitPattern: bits), Float(bitPattern: bits &+ 0x1_0000))
    }

    /// The mean of n roundings lies within five standard errors of the value: the gap to the neighbours times
    /// √(p·(1 − p)/n).
    @Test(
        arguments: [
            1.001, -1.001, 0.3, Float(sign: .plus, exponent: -130, significand: 1.3), 12345.678, -1e-20,
        ] as [Float]
    )
    func isUnbiased(value: Float) throws {
        let count = 1 << 20
        let values = try rounded(.full([count], Double(value))).scalars(as: Double.self)
        let (toZero, away) = neighbours(value)
        #expect(Set(values).isSubset(of: [Double(toZero), Double(away)]))
        let gap = Double(away) - Double(toZero)
        let share = (Double(value) - Double(toZero)) / gap
        let found = values.reduce(0) { $0 + ($1 - Double(toZero)) / gap } / Double(count)
        #expect(abs(found - share) < 5 * (share * (1 - share) / Double(count)).squareRoot())
    }

    /// Over steps and keys for one element, as in training.
    @Test func isUnbiasedOverStepsAndKeys() throws {
        let source = try Tensor.full([7], 1.0 + 1.0 / 512)
        var ups = 0
        for step in 1...2000 {
            let values = try rounded(source, key: UInt64(step % 2), step: Double(step)).scalars(
                as: Float.self
            )
            ups += values.filter { $0 > 1 }.count
        }
        // A quarter of 14,000, within five standard errors.
        #expect(abs(Double(ups) - 3500) < 5 * (14000 * 0.25 * 0.75).squareRoot())
    }

    @Test func keepsWhatBfloat16Holds() throws {
        // All bfloat16 numbers, infinities among them.
        let all = (0...UInt32(0xFFFF)).map { Float(bitPattern: $0 << 16) }.filter { !$0.isNaN }
        let found = try rounded(Tensor(all)).scalars(as: Float.self)
        #expect(zip(found, all).allSatisfy { $0.bitPattern == $1.bitPattern })
    }

    @Test func hostileNumbers() throws {
        let patterns: [UInt32] = [0x7F80_0001, 0x7FFF_FFFF, 0xFFC0_0000, 0xFF80_0001, 0x7FC0_0000]
        let nans = patterns.map(Float.init(bitPattern:))
        for step in 1...20 {
            let values = try rounded(Tensor(nans), step: Double(step)).scalars(as: Float.self)
            #expect(values.allSatisfy { $0.isNaN })
            let extremes: [Float] = [
                .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity, -.infinity,
            ]
            let largest = Float(bitPattern: 0x7F7F_0000)
            let found = try rounded(Tensor(extremes), step: Double(step)).scalars(as: Float.self)
            #expect(found == [largest, -largest, .infinity, -.infinity])
        }
    }

    @Test func dependsOnKeyStepAndElementOnly() throws {
        let source = try normal([1000], seed: 3)
        let whole = try rounded(source).scalars(as: Float.self)
        #expect(try rounded(source).scalars(as: Float.self) == whole)
        for range in [0..<1, 1..<18, 18..<500, 500..<1000] {
            let part = try rounded(source.slice(range).cloned(), from: range.lowerBound)
            #expect(try part.scalars(as: Float.self) == Array(whole[range]))
        }
        for other in [
            try rounded(source, key: 2), try rounded(source, key: 1 << 40), try rounded(source, step: 2),
        ] {
            let same = zip(try other.scalars(as: Float.self), whole).filter { $0 == $1 }.count
            // Half of the elements or more go the same way by chance: Σ p² + (1 − p)² over p is 2/3.
            #expect((550..<780).contains(same))
        }
    }

    @Test func operatorsGiveTheBitsOfTheKernel() throws {
        let special: [Float] = [
            .nan, .infinity, -.infinity, .greatestFiniteMagnitude, 0, -0.0, .leastNonzeroMagnitude,
        ]
        let source = try Tensor.concatenate([normal([3001], seed: 5), Tensor(special)])
        for (key, step, first) in [
            (UInt64(1), 1.0, 0), (.max, 40_000, 1 << 31), (0x8000_0000_8000_0000, 3, 77),
        ] {
            let kernel = try rounded(source, key: key, step: step, from: first)
            let composed = try Tensor.zeros(source.shape, dtype: .bfloat16)
            let count = try Tensor.full([], step)
            try check("composed rounding") {
                ct_round_stochastic_composed_(
                    composed.handle,
                    source.handle,
                    key,
                    count.handle,
                    Int64(first),
                    $0
                )
            }
            let (found, expected) = try (composed.scalars(as: Float.self), kernel.scalars(as: Float.self))
            #expect(zip(found, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
        }
    }

    /// The thread count belongs to the process, so it changes in a process of its own.
    @Test func threadsDoNotMatter() async {
        await #expect(processExitsWith: .success) {
            let source = try normal([100_003], seed: 3)
            var results: [[Float]] = []
            for threads in [1, 2, 3] {
                try Runtime.setThreadCount(threads)
                let target = try Tensor.zeros(source.shape, dtype: .bfloat16)
                try target.roundStochastically(from: source, key: 5, step: .full([], 9))
                results.append(try target.scalars())
            }
            #expect(results[1] == results[0])
            #expect(results[2] == results[0])
        }
    }

    @Test func unfitTensorsAreRefused() throws {
        let target = try Tensor.zeros([2, 3], dtype: .bfloat16)
        let step = try Tensor.ones([])
        for source in [
            try Tensor.zeros([3, 2]), try Tensor.zeros([2, 3], dtype: .float64),
            try Tensor.zeros([3, 2]).transposed(),
        ] {
            #expect(throws: TorchError.self) {
                try target.roundStochastically(from: source, key: 1, step: step)
            }
        }
        #expect(throws: TorchError.self) {
            try target.roundStochastically(from: .zeros([2, 3]), key: 1, step: .ones([2]))
        }
    }
}

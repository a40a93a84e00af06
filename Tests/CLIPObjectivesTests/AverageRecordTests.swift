import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// Counts how often each record is written.
private final class CountingStates: SampleStates {
    let inner: MemorySampleStates
    private(set) var writes: [Int64: Int] = [:]
    var width: Int { inner.width }
    var count: Int { inner.count }

    init(count: Int) { inner = MemorySampleStates(count: count, width: 2) }
    func read(_ ordinals: [Int64]) throws -> [Float] { try inner.read(ordinals) }
    func write(_ values: [Float], at ordinals: [Int64]) throws {
        for ordinal in ordinals { writes[ordinal, default: 0] += 1 }
        try inner.write(values, at: ordinals)
    }
}

/// What moving averages keep for each sample.
@Suite struct AverageRecordTests {
    private func batch(_ count: Int = 5, seed: UInt64 = 1, ordinals: [Int64], epoch: Int = 0) throws -> Pairs
    {
        var pairs = try Pairs(count, seed: seed)
        pairs.ordinals = ordinals
        pairs.epoch = epoch
        return pairs
    }

    private func objective(_ states: any SampleStates, rate: InnerRate) -> ContrastiveObjective {
        ContrastiveObjective(normalizer: MovingAverageNormalizer(states: states, rate: rate))
    }

    private func expectRecords(
        _ states: any SampleStates,
        _ ordinals: [Int64],
        image: [Double],
        text: [Double],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let records = try states.read(ordinals).map { exp(Double($0)) }
        for row in ordinals.indices {
            let (a, b) = (records[2 * row], records[2 * row + 1])
            #expect(abs(a / image[row] - 1) < 1e-6, sourceLocation: sourceLocation)
            #expect(abs(b / text[row] - 1) < 1e-6, sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: [0, 4])
    func theFirstVisitSetsTheAverage(epoch: Int) throws {
        let pairs = try batch(ordinals: [4, 0, 2, 6, 1], epoch: epoch)
        let states = MemorySampleStates(count: 8, width: 2)
        _ = try pairs.evaluate(objective(states, rate: .constant(0.25)))
        let means = try innerMeans(pairs)
        try expectRecords(
            states,
            [4, 0, 2, 6, 1],
            image: means.image.scalars(),
            text: means.text.scalars()
        )
        #expect(try states.read([3, 5, 7]) == [Float](repeating: 0, count: 6))
    }

    @Test func theAverageApproachesAConstantGeometrically() throws {
        let ordinals: [Int64] = [4, 0, 2, 6, 1]
        let states = MemorySampleStates(count: 8, width: 2)
        _ = try batch(seed: 7, ordinals: ordinals).evaluate(objective(states, rate: .constant(0.25)))
        let start = try states.read(ordinals).map { exp(Double($0)) }
        let pairs = try batch(ordinals: ordinals, epoch: 1)
        let means = try innerMeans(pairs)
        let goals: [[Double]] = [try means.image.scalars(), try means.text.scalars()]
        for visit in 1...6 {
            _ = try pairs.evaluate(objective(states, rate: .constant(0.25)))
            let rest = pow(0.75, Double(visit))
            let expected = (0..<2).map { side in
                (0..<5).map { goals[side][$0] + rest * (start[2 * $0 + side] - goals[side][$0]) }
            }
            try expectRecords(states, ordinals, image: expected[0], text: expected[1])
        }
    }

    @Test func theFirstEpochForgets() throws {
        let ordinals: [Int64] = [4, 0, 2, 6, 1]
        let states = MemorySampleStates(count: 8, width: 2)
        for seed: UInt64 in [7, 1] {
            let pairs = try batch(seed: seed, ordinals: ordinals)
            _ = try pairs.evaluate(objective(states, rate: .constant(0.25)))
            let means = try innerMeans(pairs)
            try expectRecords(states, ordinals, image: means.image.scalars(), text: means.text.scalars())
        }
    }

    /// A proximal step on `exp(-α) (ε + g) + α - 1` with the mirror map exp(-α) and the step `η = γ / ((1 - γ) u)`.
    @Test func theAverageIsAMirrorStepOnTheConjugate() throws {
        let ordinals: [Int64] = [4, 0, 2, 6, 1]
        let states = MemorySampleStates(count: 8, width: 2)
        _ = try batch(seed: 7, ordinals: ordinals).evaluate(objective(states, rate: .constant(0.25)))
        let old = try states.read(ordinals).map { exp(Double($0)) }
        let pairs = try batch(ordinals: ordinals, epoch: 1)
        _ = try pairs.evaluate(objective(states, rate: .constant(0.25)))
        let means = try innerMeans(pairs)
        let fresh: [[Double]] = [try means.image.scalars(), try means.text.scalars()]
        let expected = (0..<2).map { side in
            (0..<5).map { row in
                let u = old[2 * row + side]
                let eta = 0.25 / (0.75 * u)
                return u * (1 + eta * fresh[side][row]) / (1 + eta * u)
            }
        }
        try expectRecords(states, ordinals, image: expected[0], text: expected[1])
    }

    @Test func anotherOrderOfTheSamplesMovesTheRecords() throws {
        let order: [Int64] = [3, 1, 4, 0, 2]
        let states = [MemorySampleStates(count: 5, width: 2), MemorySampleStates(count: 5, width: 2)]
        let pairs = try batch(ordinals: [0, 1, 2, 3, 4])
        var shuffled = pairs
        let index = try Tensor(order)
        shuffled.image = try pairs.image.indexSelect(index)
        shuffled.text = try pairs.text.indexSelect(index)
        shuffled.ordinals = order
        let a = try pairs.evaluate(objective(states[0], rate: .constant(0.5)))
        let b = try shuffled.evaluate(objective(states[1], rate: .constant(0.5)))
        try expectClose(b.image, a.image.indexSelect(index))
        let records = try states.map { try $0.read([0, 1, 2, 3, 4]) }
        #expect(zip(records[0], records[1]).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(Set(records[0]).count == 10)
    }

    @Test func aPassWritesEachRecordOnce() throws {
        let states = CountingStates(count: 15)
        for pass in 1...2 {
            for part: Int64 in 0..<3 {
                let pairs = try batch(ordinals: (0..<5).map { $0 * 3 + part }, epoch: pass - 1)
                _ = try pairs.evaluate(objective(states, rate: .constant(0.5)))
            }
            #expect(states.writes == Dictionary(uniqueKeysWithValues: (0..<15).map { (Int64($0), pass) }))
        }
    }

    @Test func ofAnOrdinalThatComesTwiceTheLaterStays() throws {
        let states = MemorySampleStates(count: 3, width: 2)
        let pairs = try batch(3, ordinals: [1, 2, 1])
        _ = try pairs.evaluate(objective(states, rate: .constant(1)))
        let means = try innerMeans(pairs)
        let (image, text): ([Double], [Double]) = (try means.image.scalars(), try means.text.scalars())
        try expectRecords(states, [1, 2], image: [image[2], image[1]], text: [text[2], text[1]])
    }

    @Test func swappingTheSidesSwapsTheAverages() throws {
        let ordinals: [Int64] = [0, 1, 2, 3, 4]
        let states = (0..<2).map { _ in MemorySampleStates(count: 5, width: 2) }
        let pairs = try batch(ordinals: ordinals)
        var swapped = pairs
        (swapped.image, swapped.text) = (pairs.text, pairs.image)
        let a = try pairs.evaluate(objective(states[0], rate: .constant(1)))
        let b = try swapped.evaluate(objective(states[1], rate: .constant(1)))
        try expectClose(a.image, b.text)
        try expectClose(a.text, b.image)
        let records = try states.map { try $0.read(ordinals) }
        for row in 0..<5 {
            #expect(abs(records[0][2 * row] - records[1][2 * row + 1]) < 1e-6)
            #expect(abs(records[0][2 * row + 1] - records[1][2 * row]) < 1e-6)
        }
    }

    /// Another coordinate that is 1 in all texts adds a constant of its own to each image's similarities.
    @Test func aConstantInAnImagesSimilaritiesCancels() throws {
        let ordinals: [Int64] = [0, 1, 2, 3, 4]
        let pairs = try batch(ordinals: ordinals)
        var shifted = pairs
        let shifts = try Tensor([0.3, -0.9, 2, 0, -1.5] as [Double]).unsqueezed(1)
        shifted.image = try Tensor.concatenate([pairs.image, shifts], dim: 1)
        shifted.text = try Tensor.concatenate([pairs.text, .ones([5, 1], dtype: .float64)], dim: 1)
        let states = (0..<2).map { _ in MemorySampleStates(count: 5, width: 2) }
        _ = try pairs.evaluate(objective(states[0], rate: .constant(1)))
        _ = try shifted.evaluate(objective(states[1], rate: .constant(1)))
        let records = try states.map { try $0.read(ordinals) }
        for row in 0..<5 { #expect(abs(records[0][2 * row] - records[1][2 * row]) < 1e-6) }
        #expect(abs(records[0][1] - records[1][1]) > 1e-2)
    }

    /// The worst case at τ = 1/500: a positive that is the opposite of its anchor, `D` near 1000, where exp
    /// overflows.
    @Test func averagesOfAnySizeAreKept() throws {
        var pairs = try batch(ordinals: [0, 1, 2, 3, 4])
        pairs.text = try -pairs.image
        pairs.logScale = try Tensor.full([], 500, dtype: .float64).log()
        let states = MemorySampleStates(count: 5, width: 2)
        let output = try pairs.evaluate(objective(states, rate: .constant(0.5)))
        pairs.epoch = 1
        _ = try pairs.evaluate(objective(states, rate: .constant(0.5)))
        let similarities: [Double] = try pairs.image.matmul(pairs.text.transposed()).scalars()
        let records = try states.read([0, 1, 2, 3, 4]).map(Double.init)
        for i in 0..<5 {
            let others = (0..<5).filter { $0 != i }.map { (similarities[i * 5 + $0] + 1) * 500 }
            let largest = others.max() ?? 0
            let sum = others.map { exp($0 - largest) }.reduce(0, +)
            #expect(abs(records[2 * i] - (largest + log(sum / 4))) < 1e-3)
        }
        #expect((records.max() ?? 0) > 710)
        #expect(try output.image.isFinite().all().item() == 1)
    }

    @Test func theAverageInTheLogarithmIsTheAverage() throws {
        let ordinals: [Int64] = [0, 1, 2, 3, 4]
        let logs: [Float] = [-3, 2, 0.5, -0.25, 1.75, -20, 4, 1e-3, -1, 3]
        let states = MemorySampleStates(count: 5, width: 2)
        try states.write(logs, at: ordinals)
        let pairs = try batch(ordinals: ordinals, epoch: 1)
        let found = try estimates(
            pairs,
            by: MovingAverageNormalizer(states: states, epsilon: 1e-2, rate: .constant(0.3))
        )
        let means = try innerMeans(pairs)
        let fresh: [[Double]] = [try means.image.scalars(), try means.text.scalars()]
        for (side, values) in [found.image, found.text].enumerated() {
            let expected = (0..<5).map {
                log(1e-2 + 0.7 * exp(Double(logs[2 * $0 + side])) + 0.3 * fresh[side][$0])
            }
            #expect(distance(values, expected) < 1e-12)
        }
    }

    /// Two equal pairs make `g` exactly 1 and its logarithm 0, which in a record stands for "never seen".
    @Test func anAverageOfOneIsRemembered() throws {
        var pairs = try batch(2, ordinals: [0, 1])
        let same = try Tensor([1, 0, 1, 0] as [Double], shape: [2, 2])
        (pairs.image, pairs.text) = (same, same)
        let states = MemorySampleStates(count: 2, width: 2)
        _ = try pairs.evaluate(objective(states, rate: .constant(0.5)))
        let next = try batch(2, ordinals: [0, 1], epoch: 1)
        _ = try next.evaluate(objective(states, rate: .constant(0.5)))
        let means = try innerMeans(next)
        let expected = (try (means.image + 1) * 0.5, try (means.text + 1) * 0.5)
        try expectRecords(states, [0, 1], image: expected.0.scalars(), text: expected.1.scalars())
    }
}

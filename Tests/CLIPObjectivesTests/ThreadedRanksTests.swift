import CLIPObjectives
import Foundation
import SimulatedRanks
import Synchronization
import Testing
import Torch
import TorchDistributed

/// The ranks of tests that run at the same time.
@Suite struct ThreadedRanksTests {
    private struct Failure: Error, Equatable { var rank: Int }

    @Test(arguments: [1, 2, 5])
    func rowsComeInTheOrderOfRanks(count: Int) throws {
        let results = try ThreadedRanks.run(count: count) { collective in
            // Late ranks first.
            Thread.sleep(forTimeInterval: 0.002 * Double(collective.count - collective.rank))
            let rank = Double(collective.rank)
            let rows = try collective.gather(Tensor([rank, rank + 0.5], shape: [1, 2]))
            let numbers = try collective.gather([Int64(collective.rank), -1])
            return (shape: rows.shape, rows: try rows.scalars(as: Double.self), numbers: numbers)
        }
        #expect(results.count == count)
        var (rows, numbers): ([Double], [Int64]) = ([], [])
        for rank in 0..<count {
            rows += [Double(rank), Double(rank) + 0.5]
            numbers += [Int64(rank), -1]
        }
        for result in results {
            #expect(result.shape == [count, 2])
            #expect(result.rows == rows)
            #expect(result.numbers == numbers)
        }
    }

    /// 1, 2⁻⁵³ and 2⁻⁵³ add up to 1 from the left, and to more from the right.
    @Test func sumsAddInTheOrderOfRanksInTheirOwnType() throws {
        let parts = [1, 0x1p-53, 0x1p-53]
        let sums = try ThreadedRanks.run(count: 3) { collective in
            let sum = try collective.sum(Tensor([parts[collective.rank], parts[2 - collective.rank]]))
            return (dtype: sum.dtype, values: try sum.scalars(as: Double.self))
        }
        for sum in sums {
            #expect(sum.dtype == .float64)
            #expect(sum.values == [1, 1 + 0x1p-52])
        }
    }

    @Test func manyExchangesKeepTheirOrder() throws {
        let sums = try ThreadedRanks.run(count: 4) { collective in
            try (0..<200).map { (step: Int) -> Double in
                let numbers = try collective.gather([Int64(step * 10 + collective.rank)])
                return try collective.sum(Tensor(Float(step))).item() + Double(numbers.reduce(0, +))
            }
        }
        let expected = (0..<200).map { (step: Int) -> Double in Double(40 * step + 6 + 4 * step) }
        for rank in sums { #expect(rank == expected) }
    }

    @Test func anErrorOfOneRankEndsTheOthers() throws {
        let ended = Mutex<[Int]>([])
        #expect(throws: Failure(rank: 1)) {
            try ThreadedRanks.run(count: 3) { collective in
                defer { ended.withLock { $0.append(collective.rank) } }
                _ = try collective.gather([1])
                if collective.rank == 1 { throw Failure(rank: 1) }
                _ = try collective.gather([2])
            }
        }
        #expect(ended.withLock { $0.sorted() } == [0, 1, 2])
    }

    @Test func callsThatDifferAreNamed() throws {
        let kinds = #expect(throws: SimulatedRanksError.self) {
            try ThreadedRanks.run(count: 2) { collective in
                let local = try Tensor.zeros([2, 3])
                _ = try collective.rank == 0 ? collective.gather(local) : collective.sum(local)
            }
        }
        #expect(kinds?.description.contains("gather of [2, 3] float32") == true)
        #expect(kinds?.description.contains("sum of [2, 3] float32") == true)
        let shapes = #expect(throws: SimulatedRanksError.self) {
            try ThreadedRanks.run(count: 2) { try $0.sum(Tensor.zeros([2 + $0.rank])) }
        }
        #expect(shapes?.description.contains("[3] float32") == true)
        let counts = #expect(throws: SimulatedRanksError.self) {
            try ThreadedRanks.run(count: 2) { try $0.gather([Int64](repeating: 0, count: $0.rank)) }
        }
        #expect(counts?.description.contains("gather of 1 numbers") == true)
    }

    @Test func aRankThatEndsEarlyIsNamed() throws {
        #expect(throws: SimulatedRanksError.ended(rank: 1, calls: 1, waiting: 0, form: "gather of 1 numbers"))
        {
            try ThreadedRanks.run(count: 2) { collective in
                _ = try collective.gather([1])
                if collective.rank == 0 { _ = try collective.gather([2]) }
            }
        }
    }

    /// Whether operations are recorded belongs to the thread.
    @Test func ranksRecordForThemselves() throws {
        let gradients = try ThreadedRanks.run(count: 2) { collective in
            let leaf = try Tensor([Double(collective.rank + 2)])
            try leaf.setRequiresGradient(true)
            let isRecording = isRecordingGradients
            let all =
                try collective.rank == 0
                ? withoutGradient { try collective.gather(leaf) } : collective.gather(leaf)
            #expect(!all.requiresGradient)
            let square = try leaf * leaf
            try backward([(square, Tensor.ones([1], dtype: .float64))])
            return (isRecording, try leaf.gradient?.item())
        }
        #expect(gradients.map(\.0) == [true, true])
        #expect(gradients.map(\.1) == [4, 6])
    }
}

/// Objectives on threads compute what they compute on ranks that take turns, bit for bit.
@Suite struct ThreadedObjectiveTests {
    private static func pairs(_ seed: UInt64) throws -> Pairs {
        var pairs = try Pairs(8, scale: 8, seed: seed)
        pairs.ordinals = [9, 3, 0, 7, 1, 2, 8, 5]
        pairs.epoch = Int(seed)
        return pairs
    }

    /// What one rank computes in three steps: gradients, metrics and, at last, its records.
    private static func steps(isFastCLIP: Bool, _ collective: any Collective) throws -> [[Double]] {
        let states = MemorySampleStates(count: 10, width: MovingAverageNormalizer.stateWidth)
        var objective = ContrastiveObjective()
        if isFastCLIP {
            objective.normalizer = MovingAverageNormalizer(states: states, rate: .constant(0.5))
            objective.temperature = GlobalTemperature(robustness: 2)
            objective.multipliesByTemperature = true
        }
        var results: [[Double]] = []
        for seed in 1...3 {
            let input = try pairs(UInt64(seed)).slice(rank: collective.rank, of: collective.count)
            let output = try objective.evaluate(input, collective: collective)
            let slope = try #require(output.parameters["logit_scale"])
            results += try [output.image, output.text, output.metrics.values, slope].map { try $0.scalars() }
        }
        return results + [try states.read([Int64](0..<10)).map(Double.init)]
    }

    @Test(arguments: [false, true])
    func twoRanks(isFastCLIP: Bool) throws {
        let threads = try ThreadedRanks.run(count: 2) { try Self.steps(isFastCLIP: isFastCLIP, $0) }
        let turns = try SlicedCollective(count: 2).run { try Self.steps(isFastCLIP: isFastCLIP, $0) }
        let isSame = threads == turns
        #expect(isSame)
        // All ranks keep the same records.
        #expect(threads[0].last == threads[1].last)
    }
}

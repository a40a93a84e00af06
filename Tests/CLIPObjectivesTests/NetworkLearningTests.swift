import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// How NeuCLIP's prototypes learn and start again.
@Suite struct NetworkLearningTests {
    private let epsilon = 1e-3

    private func start(_ prototypes: Int, width: Int = 6) throws -> StartingPoint {
        StartingPoint(
            texts: try normal([prototypes, width], seed: 11),
            images: try normal([prototypes, width], seed: 12)
        )
    }

    private func network(_ objective: ContrastiveObjective) throws -> NetworkNormalizer {
        try #require(objective.normalizer as? NetworkNormalizer)
    }

    private func objective(_ options: NetworkNormalizerOptions) throws -> ContrastiveObjective {
        ContrastiveObjective(normalizer: try NetworkNormalizer(options, epsilon: epsilon))
    }

    /// The gradient of `mean(exp(-α) (ε + g) + α - 1)` for prototypes, by libtorch.
    private func expectedGradient(
        _ anchors: Tensor,
        _ others: Tensor,
        _ prototypes: Tensor,
        _ scale: Tensor,
        groups: [Int64]? = nil
    ) throws -> Tensor {
        let leaf = try prototypes.cloned()
        try leaf.setRequiresGradient(true)
        let alpha = try prediction(anchors, others, leaf, scale: scale, epsilon: epsilon)
        let means = try innerMeans(anchors, others, scale: scale, groups: groups)
        let loss = try ((-alpha).exp() * (means + epsilon) + alpha).mean()
        try backward([(output: loss, gradient: Tensor.ones([], dtype: .float64))])
        return try #require(leaf.gradient)
    }

    @Test(arguments: [nil, [0, 1, 1, 2, 2, 2, 3]] as [[Int64]?])
    func theGradientMatchesAutograd(groups: [Int64]?) throws {
        let pairs = try Pairs(7, scale: 4, groups: groups)
        let start = try start(5)
        let found = try start.gradients(pairs, epsilon: epsilon)
        let scale = try pairs.logScale.exp()
        let texts = try expectedGradient(pairs.image, pairs.text, start.texts, scale, groups: groups)
        let images = try expectedGradient(pairs.text, pairs.image, start.images, scale, groups: groups)
        try expectClose(found.texts, texts, tolerance: 1e-12)
        try expectClose(found.images, images, tolerance: 1e-12)
        #expect(try texts.abs().maximum().item() > 1e-3)
        // Only directions count, so the gradient is at right angles to each prototype.
        let along = try (found.texts * start.texts).sum(dims: [1]).abs().maximum().item()
        #expect(along < 1e-12)
    }

    /// The gradient is linear in `g`: its mean over all batches is that of the whole data set. That of 1/(ε + g) is
    /// not.
    @Test func theMeanOverAllBatchesIsTheGradientOfTheWhole() throws {
        let whole = try Pairs(6, scale: 4)
        let start = try start(5)
        let expected = try start.gradients(whole, epsilon: epsilon)
        var texts = try Tensor.zeros([5, 6], dtype: .float64)
        var count = 0
        var weights: [Double] = []
        for i in 0..<6 {
            for j in i + 1..<6 {
                for k in j + 1..<6 {
                    let rows = try Tensor([i, j, k].map(Int64.init))
                    var batch = whole
                    batch.image = try whole.image.indexSelect(rows)
                    batch.text = try whole.text.indexSelect(rows)
                    texts = try texts + start.gradients(batch, epsilon: epsilon).texts
                    count += 1
                    if i == 0 { weights.append(1 / (try innerMeans(batch).image.select(0).item() + epsilon)) }
                }
            }
        }
        try expectClose(texts * (1 / Double(count)), expected.texts, tolerance: 1e-12)
        let exact = 1 / (try innerMeans(whole).image.select(0).item() + epsilon)
        #expect(weights.reduce(0, +) / Double(weights.count) > exact * 1.01)
    }

    /// As the gradient is zero only at `α_i = ln(ε + g_i)` where the prototypes can express it, they find it for all
    /// anchors.
    @Test func onAFixedBatchThePredictionsBecomeExact() throws {
        let pairs = try Pairs(4, width: 16, scale: 6)
        let start = try start(6, width: 16)
        var objective = ContrastiveObjective(
            normalizer: try start.network(steps: 600, epsilon: epsilon, learningRate: 0.05)
        )
        let before = try estimates(pairs, by: start.network(epsilon: epsilon))
        let log = EstimateLog()
        objective.normalizer = SpyNormalizer(inner: objective.normalizer, log: log)
        _ = try pairs.evaluate(learning: &objective)
        let means = try innerMeans(pairs)
        let exact: [[Double]] = [
            try (means.image + epsilon).log().scalars(), try (means.text + epsilon).log().scalars(),
        ]
        #expect(distance(before.image, exact[0]) > 0.1)
        #expect(distance(log.image, exact[0]) < 1e-4)
        #expect(distance(log.text, exact[1]) < 1e-4)
    }

    @Test func theLossFallsWithEachStep() throws {
        let pairs = try Pairs(8, scale: 4)
        let start = try start(5)
        let losses = try (0..<8).map { steps in
            let network = try start.network(steps: steps, epsilon: epsilon, learningRate: 5e-3)
            return try pairs.evaluate(ContrastiveObjective(normalizer: network)).loss.item()
        }
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 })
    }

    @Test func withoutStepsThePrototypesStay() throws {
        let pairs = try Pairs(8, scale: 4)
        let start = try start(5)
        var objective = ContrastiveObjective(normalizer: try start.network(steps: 0))
        _ = try pairs.evaluate(learning: &objective)
        let network = try network(objective)
        try expectClose(#require(network.texts).rows, start.texts, tolerance: 0)
        try expectClose(#require(network.images).accumulator, .zeros([5, 6], dtype: .float64), tolerance: 0)
    }

    /// AdaGrad by hand: the first step moves each element by about the learning rate, the second by less.
    @Test func theAccumulatorsSumSquares() throws {
        let pairs = try Pairs(7, scale: 4)
        let start = try start(5)
        var objective = ContrastiveObjective(
            normalizer: try start.network(
                steps: 1,
                epsilon: epsilon,
                learningRate: 0.03,
                accumulatorEpsilon: 1e-6
            )
        )
        let scale = try pairs.logScale.exp()
        var rows = start.texts
        var sums = try Tensor.zeros([5, 6], dtype: .float64)
        for _ in 0..<3 {
            _ = try pairs.evaluate(learning: &objective)
            let gradient = try expectedGradient(pairs.image, pairs.text, rows, scale)
            sums = try sums + gradient.squared()
            rows = try rows - gradient / (sums.sqrt() + 1e-6) * 0.03
            let texts = try #require(network(objective).texts)
            try expectClose(texts.rows, rows, tolerance: 1e-10)
            try expectClose(texts.accumulator, sums, tolerance: 1e-10)
        }
    }

    /// Which row of a batch each prototype is, if any.
    private func sources(_ prototypes: Prototypes?, _ features: [Tensor]) throws -> [Int?] {
        let rows = try #require(prototypes).rows
        let all = try Tensor.concatenate(features)
        let similarities = try rows.matmul(all.transposed())
        let values: [Double] = try similarities.maximum(dims: [1]).scalars()
        let indices: [Int64] = try similarities.argmax(dim: 1).scalars()
        let lengths: [Double] = try rows.norm(dims: [1]).scalars()
        return indices.indices.map { row in
            let isUnit = abs(lengths[row] - 1) < 1e-12
            return isUnit && abs(values[row] - 1) < 1e-12 ? Int(indices[row]) : nil
        }
    }

    @Test(arguments: [true, false])
    func restartsComeEveryFewBatches(resetsAccumulators: Bool) throws {
        var objective = try objective(
            NetworkNormalizerOptions(
                prototypes: 4,
                steps: 1,
                restart: 3,
                resetsAccumulators: resetsAccumulators
            )
        )
        var last = try Tensor.zeros([4, 6], dtype: .float64)
        for time in 0..<8 {
            let pairs = try Pairs(6, scale: 4, seed: UInt64(time + 1))
            _ = try pairs.evaluate(learning: &objective)
            let texts = try #require(network(objective).texts)
            let isRestart = time % 3 == 0
            let smallest = try (texts.accumulator - last).minimum().item()
            // Squares only grow, unless they were forgotten.
            #expect((smallest < 0) == (isRestart && time > 0 && resetsAccumulators))
            last = try texts.accumulator.cloned()
            #expect(try network(objective).batches == time + 1)
        }
        // The same without steps shows the rows.
        var still = try self.objective(NetworkNormalizerOptions(prototypes: 4, steps: 0, restart: 3))
        var features: [Pairs] = []
        for time in 0..<8 {
            features.append(try Pairs(6, scale: 4, seed: UInt64(time + 1)))
            _ = try features[time].evaluate(learning: &still)
            let chosen = try sources(network(still).texts, features.map(\.text))
            let expected = (time / 3 * 3) * 6..<(time / 3 * 3 + 1) * 6
            #expect(chosen.allSatisfy { $0.map(expected.contains) == true })
            #expect(Set(chosen.compactMap(\.self)).count == 4)
            // The same pairs on both sides.
            #expect(try sources(network(still).images, features.map(\.image)) == chosen)
        }
    }

    @Test func withoutRestartsTheFirstBatchStays() throws {
        var objective = try objective(NetworkNormalizerOptions(prototypes: 4, steps: 0, restart: nil))
        let features = try (1...5).map { try Pairs(6, seed: UInt64($0)) }
        for pairs in features { _ = try pairs.evaluate(learning: &objective) }
        let chosen = try sources(network(objective).texts, features.map(\.text))
        #expect(chosen.allSatisfy { $0.map { $0 < 6 } == true })
    }

    /// Ten prototypes and batches of four: the first restart repeats rows, another follows when there are enough, and
    /// later ones draw from the newest ten.
    @Test func morePrototypesThanSamplesTakeTheNewestBatches() throws {
        var objective = try objective(NetworkNormalizerOptions(prototypes: 10, steps: 0, restart: 5))
        let features = try (1...7).map { try Pairs(4, seed: UInt64($0)) }
        for time in 0..<7 {
            _ = try features[time].evaluate(learning: &objective)
            let chosen = try sources(network(objective).texts, features.map(\.text)).compactMap(\.self)
            #expect(chosen.count == 10)
            let counts = Dictionary(grouping: chosen) { $0 }.values.map(\.count).sorted()
            switch time {
            case 0, 1:
                #expect(chosen.allSatisfy { $0 < 4 })
                #expect(counts == [2, 2, 3, 3])
            case 2..<5:
                // Rows 2 to 11 are the newest ten.
                #expect(Set(chosen) == Set(2..<12))
            default: #expect(Set(chosen) == Set(14..<24))
            }
        }
    }

    @Test(arguments: [2, 4])
    func ranksKeepEqualPrototypes(ranks: Int) throws {
        let batches = try (1...5).map {
            try Pairs(8, scale: 4, seed: UInt64($0), groups: [0, 1, 2, 3, 3, 4, 5, 6])
        }
        func run(ranks: Int) throws -> (outputs: [ObjectiveOutput], ends: [[String: Tensor]]) {
            try train(batches, ranks: ranks) {
                try objective(NetworkNormalizerOptions(prototypes: 12, steps: 3, restart: 3))
            } finish: {
                try $0.snapshot()
            }
        }
        let (together, alone) = (try run(ranks: ranks), try run(ranks: 1))
        for (a, b) in zip(together.outputs, alone.outputs) { try expectClose(a, b, tolerance: 1e-9) }
        for end in together.ends {
            for (name, tensor) in end {
                let first = try #require(together.ends[0][name])
                try expectClose(tensor, first, tolerance: 0)
                try expectClose(tensor, #require(alone.ends[0][name]), tolerance: 1e-9)
            }
        }
    }

    /// Continues in the middle of a restart interval and with a ring of recent rows that is not full.
    @Test(arguments: [1, 2, 3, 6, 7])
    func aSnapshotContinuesBitForBit(after: Int) throws {
        let options = NetworkNormalizerOptions(prototypes: 14, steps: 2, restart: 4, seed: 9)
        let batches = try (1...12).map { try Pairs(5, scale: 4, seed: UInt64($0)) }
        var first = try objective(options)
        for pairs in batches[..<after] { _ = try pairs.evaluate(learning: &first) }
        let state = try first.snapshot()
        let copies = try state.mapValues { try $0.cloned() }
        var second = try objective(options)
        try second.restore(state)
        for pairs in batches[after...] {
            let (a, b) = (try pairs.evaluate(learning: &first), try pairs.evaluate(learning: &second))
            try expectClose(a, b, tolerance: 0)
        }
        let (a, b) = (try first.snapshot(), try second.snapshot())
        #expect(a.keys.sorted() == b.keys.sorted())
        for (name, tensor) in a { try expectClose(tensor, #require(b[name]), tolerance: 0) }
        // What was saved did not learn with either.
        for (name, tensor) in state { try expectClose(tensor, #require(copies[name]), tolerance: 0) }
        // No array grows with the data set: all is as large as the prototypes.
        #expect(a.values.allSatisfy { $0.count <= 14 * 6 })
    }

    @Test func aSnapshotOfOtherSizeIsRefused() throws {
        var small = try objective(NetworkNormalizerOptions(prototypes: 4))
        _ = try Pairs(6).evaluate(learning: &small)
        let state = try small.snapshot()
        var large = try objective(NetworkNormalizerOptions(prototypes: 5))
        let error = #expect(throws: ObjectiveError.self) { try large.restore(state) }
        #expect(error?.description.contains("prototypes") == true)
    }

    @Test func anIncompleteSnapshotChangesNothing() throws {
        var (first, second) = (
            try objective(NetworkNormalizerOptions(prototypes: 4)),
            try objective(NetworkNormalizerOptions(prototypes: 4))
        )
        _ = try Pairs(6, seed: 3).evaluate(learning: &second)
        let state = try second.snapshot()
        _ = try Pairs(6).evaluate(learning: &first)
        let before = try first.snapshot()
        for name in state.keys {
            var broken = state
            broken[name] = nil
            #expect(throws: ObjectiveError.missingState(name)) { try first.restore(broken) }
            for (name, tensor) in try first.snapshot() {
                try expectClose(tensor, #require(before[name]), tolerance: 0)
            }
        }
    }
}

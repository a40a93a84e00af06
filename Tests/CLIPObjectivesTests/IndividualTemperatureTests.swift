import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// Temperatures of single samples, iSogCLR and FastCLIP-v2.
@Suite struct IndividualTemperatureTests {
    private let count = 6

    private func pairs(epoch: Int = 0, seed: UInt64 = 1) throws -> Pairs {
        var pairs = try Pairs(count, seed: seed)
        pairs.ordinals = [2, 0, 5, 1, 4, 3]
        pairs.epoch = epoch
        return pairs
    }

    /// Records of τ that differ between samples and sides, with moments.
    private func records() throws -> [Float] {
        let values = try Tensor.empty([count * 6])
        try RandomGenerator(seed: 3).fillUniform(values, in: 0.2..<0.6)
        return try values.scalars()
    }

    private struct States {
        let averages = MemorySampleStates(count: 6, width: MovingAverageNormalizer.stateWidth)
        let temperatures = MemorySampleStates(count: 6, width: IndividualTemperature.stateWidth)

        func temperature(_ ordinal: Int, side: Int) throws -> Double {
            try Double(temperatures.read([Int64(ordinal)])[3 * side])
        }
    }

    private func objective(
        _ states: States,
        isMultiplied: Bool = false,
        epsilon: Double = 1e-14,
        rate: Double = 0.3,
        initial: Double = 0.25,
        bounds: ClosedRange<Double> = 0.01...1,
        learningRate: Double = 0.01,
        gradient: TemperatureGradient = .exact
    ) -> ContrastiveObjective {
        ContrastiveObjective(
            normalizer: MovingAverageNormalizer(
                states: states.averages,
                epsilon: epsilon,
                rate: .constant(rate)
            ),
            temperature: IndividualTemperature(
                states: states.temperatures,
                initial: initial,
                bounds: bounds,
                robustness: 0.7,
                learningRate: learningRate,
                gradient: gradient
            ),
            multipliesByTemperature: isMultiplied
        )
    }

    /// With equal temperatures all is as with the one for all.
    @Test func equalTemperaturesAreOneTemperature() throws {
        let pairs = try pairs()
        let (states, other) = (States(), States())
        var global = pairs
        global.logScale = try Tensor.full([], 4, dtype: .float64).log()
        let output = try pairs.evaluate(objective(states))
        let expected = try global.evaluate(
            ContrastiveObjective(
                normalizer: MovingAverageNormalizer(states: other.averages, rate: .constant(0.3)),
                temperature: GlobalTemperature(isLearnable: false)
            )
        )
        try expectClose(output.image, expected.image)
        try expectClose(output.text, expected.text)
        let samples = [Int64](0..<6)
        #expect(try states.averages.read(samples) == other.averages.read(samples))
        #expect(output.parameters.isEmpty)
    }

    /// The features' gradients of `½ mean_i f_i (g1_i / (ε + u1_i) + g2_i / (ε + u2_i))` with a temperature for each
    /// anchor, and `f_i` 1 or `τ_i`.
    @Test(arguments: [1, 2, 3], [false, true])
    func eachAnchorHasItsTemperature(ranks: Int, isMultiplied: Bool) throws {
        let pairs = try pairs(epoch: 1)
        let records = try records()
        let rows = try #require(pairs.ordinals)
        let tau = try (0..<2).map { side in
            try Tensor(rows.map { Double(records[Int($0) * 6 + 3 * side]) }).unsqueezed(1)
        }
        let expected = try autograd(pairs) { e1, e2, logScale in
            let means = [
                try innerMeans(e1, e2, scale: 1 / tau[0]), try innerMeans(e2, e1, scale: 1 / tau[1]),
            ]
            let terms = try zip(means, tau).map { mean, tau in
                let ratio = try mean / (mean.detached() + 0.01)
                return isMultiplied ? try ratio * tau.squeezed(1) : ratio
            }
            return try (terms[0] + terms[1]).mean() * 0.5 + logScale * 0
        }
        let output = try train([pairs], ranks: ranks) {
            let states = States()
            try states.temperatures.write(records, at: [Int64](0..<6))
            return objective(states, isMultiplied: isMultiplied, epsilon: 0.01)
        } finish: { _ in
        }.outputs[0]
        try expectCloseGradients(output, expected)
    }

    /// A sample's first moment after its first visit is the gradient of `τ (ln g(τ) + ρ)`.
    @Test func theGradientMatchesFiniteDifferences() throws {
        let pairs = try pairs()
        let states = States()
        _ = try pairs.evaluate(objective(states, initial: 0.25))
        func losses(_ tau: Double) throws -> [[Double]] {
            let scale = try Tensor.full([], 1 / tau, dtype: .float64)
            return try [(pairs.image, pairs.text), (pairs.text, pairs.image)].map {
                try ((innerMeans($0, $1, scale: scale).log() + 0.7) * tau).scalars()
            }
        }
        let step = 1e-5
        let (above, below) = (try losses(0.25 + step), try losses(0.25 - step))
        let rows = try #require(pairs.ordinals)
        for (row, ordinal) in rows.enumerated() {
            let record = try states.temperatures.read([ordinal])
            for side in 0..<2 {
                let slope = (above[side][row] - below[side][row]) / (2 * step)
                #expect(abs(Double(record[3 * side + 1]) - slope) < 1e-6)
                #expect(abs(Double(record[3 * side + 2]) - slope * slope) < 1e-5)
                let moved = 0.25 - 0.01 * slope / (abs(slope) + 1e-8)
                #expect(abs(Double(record[3 * side]) - moved) < 1e-6)
            }
        }
    }

    /// Adam by hand on a second visit in a later epoch, with and without the published code's corrections.
    @Test(arguments: TemperatureGradient.allCases)
    func adamByHand(gradient kind: TemperatureGradient) throws {
        let states = States()
        let records = try records()
        try states.temperatures.write(records, at: [Int64](0..<6))
        let pairs = try pairs(epoch: 2)
        let rows = try #require(pairs.ordinals)
        _ = try pairs.evaluate(objective(states, epsilon: 0, rate: 1, gradient: kind))
        let similarities: [Double] = try pairs.image.matmul(pairs.text.transposed()).scalars()
        for side in 0..<2 {
            for (i, ordinal) in rows.enumerated() {
                let old = records[Int(ordinal) * 6 + 3 * side..<Int(ordinal) * 6 + 3 * side + 3].map(
                    Double.init
                )
                let differences = (0..<6).filter { $0 != i }.map { j in
                    let similarity = similarities[side == 0 ? i * 6 + j : j * 6 + i]
                    return (similarity - similarities[i * 7]) / old[0]
                }
                let weights = differences.map { exp($0) }
                let sum = weights.reduce(0, +)
                let spread = zip(weights, differences).map { $0 * $1 }.reduce(0, +) / sum
                let gradient = min(max(log(sum / 5) + 0.7 - spread, -5), 5)
                var first = 0.9 * old[1] + 0.1 * gradient
                var second = 0.98 * old[2] + 0.02 * gradient * gradient
                let record = try states.temperatures.read([ordinal])
                #expect(abs(Double(record[3 * side + 1]) - first) < 1e-6)
                #expect(abs(Double(record[3 * side + 2]) - second) < 1e-6)
                if kind != .exact {
                    first /= 1 - pow(0.9, 3)
                    second /= 1 - pow(0.98, 3)
                }
                let tau = old[0] - 0.01 * first / (second.squareRoot() + 1e-8)
                #expect(abs(Double(record[3 * side]) - tau) < 1e-6)
            }
        }
    }

    /// The average follows `(1 - γ) u + γ g` while the temperatures, and with them the size of `g`, change by much.
    @Test func averagesDoNotDependOnTheSizeOfOthers() throws {
        let samples = [Int64](0..<6)
        var expected = [Double](repeating: 0, count: 12)
        let states = States()
        for (visit, tau) in [0.05, 1, 0.02, 0.3].enumerated() {
            var record = try states.temperatures.read(samples)
            for sample in 0..<6 { (record[6 * sample], record[6 * sample + 3]) = (Float(tau), Float(tau)) }
            try states.temperatures.write(record, at: samples)
            let pairs = try pairs(epoch: visit, seed: UInt64(visit + 1))
            let rows = try #require(pairs.ordinals)
            let scale = try Tensor.full([], 1 / Double(Float(tau)), dtype: .float64)
            let means: [[Double]] = [
                try innerMeans(pairs.image, pairs.text, scale: scale).scalars(),
                try innerMeans(pairs.text, pairs.image, scale: scale).scalars(),
            ]
            for (row, ordinal) in rows.enumerated() {
                for side in 0..<2 {
                    let index = 2 * Int(ordinal) + side
                    let fresh = means[side][row]
                    expected[index] = visit == 0 ? fresh : 0.7 * expected[index] + 0.3 * fresh
                }
            }
            _ = try pairs.evaluate(objective(states))
            let found = try states.averages.read(samples).map(Double.init)
            #expect(distance(found, expected.map { log($0) }) < 1e-4)
        }
    }

    /// The divergence of the weights from equal ones lies between 0 and ln 5: a larger ρ drives every temperature
    /// down, none drives it up.
    @Test(arguments: [(0.0, 0.5), (5.0, 0.1)])
    func temperaturesStopAtTheirBounds(robustness: Double, end: Double) throws {
        let states = States()
        var objective = objective(states, rate: 1, bounds: 0.1...0.5, learningRate: 0.05)
        var temperature = try #require(objective.temperature as? IndividualTemperature)
        temperature.robustness = robustness
        objective.temperature = temperature
        var shares: [Double] = []
        for epoch in 0..<12 {
            let pairs = try pairs(epoch: epoch, seed: UInt64(epoch))
            shares.append(try pairs.evaluate(objective).metrics["temperature_at_bound"].item())
        }
        #expect(shares[0] == 0 && shares[11] == 1)
        for sample in 0..<6 {
            for side in 0..<2 { #expect(try abs(states.temperature(sample, side: side) - end) < 1e-6) }
        }
    }

    @Test func theGradientIsBounded() throws {
        let states = States()
        var pairs = try pairs()
        pairs.text = try -pairs.image
        var objective = objective(states, initial: 0.02)
        var temperature = try #require(objective.temperature as? IndividualTemperature)
        temperature.robustness = 100
        objective.temperature = temperature
        _ = try pairs.evaluate(objective)
        let moments = try (0..<6).map { try states.temperatures.read([Int64($0)])[1] }
        #expect(moments == [Float](repeating: 5, count: 6))
    }

    @Test func ranksLearnEqualTemperatures() throws {
        let batches = try (0..<3).map { try pairs(epoch: $0, seed: UInt64($0 + 1)) }
        func run(ranks: Int) throws -> (outputs: [ObjectiveOutput], ends: [[Float]]) {
            var states = States()
            return try train(batches, ranks: ranks) {
                states = States()
                return objective(states)
            } finish: { _ in
                try states.temperatures.read([Int64](0..<6))
            }
        }
        let alone = try run(ranks: 1)
        for ranks in [2, 3, 6] {
            let together = try run(ranks: ranks)
            for (a, b) in zip(together.outputs, alone.outputs) { try expectClose(a, b, tolerance: 1e-6) }
            try expectClose(together.outputs[0], alone.outputs[0])
            #expect(together.ends.allSatisfy { $0 == together.ends[0] })
            #expect(distance(together.ends[0].map(Double.init), alone.ends[0].map(Double.init)) < 1e-6)
        }
    }

    @Test func samplesThatAreNotInTheBatchKeepTheirTemperature() throws {
        let states = States()
        let records = try records()
        try states.temperatures.write(records, at: [Int64](0..<6))
        let pairs = try pairs()
        var input = pairs.input
        (input.image, input.text) = (try pairs.image.slice(0..<3), try pairs.text.slice(0..<3))
        input.ordinals = [5, 1, 2]
        var objective = objective(states)
        _ = try objective.evaluate(input, collective: SingleProcess())
        for sample in 0..<6 {
            let record = try states.temperatures.read([Int64(sample)])
            #expect((record == [Float](records[sample * 6..<sample * 6 + 6])) == [0, 3, 4].contains(sample))
        }
    }

    /// All that such an objective learned is in the records.
    @Test func recordsContinueBitForBit() throws {
        let (first, second) = (States(), States())
        for epoch in 0..<3 {
            _ = try pairs(epoch: epoch, seed: UInt64(epoch + 1)).evaluate(objective(first))
        }
        #expect(try objective(first).snapshot().isEmpty)
        let samples = [Int64](0..<6)
        try second.averages.write(first.averages.read(samples), at: samples)
        try second.temperatures.write(first.temperatures.read(samples), at: samples)
        for epoch in 3..<6 {
            let pairs = try pairs(epoch: epoch, seed: UInt64(epoch + 1))
            try expectClose(
                pairs.evaluate(objective(first)),
                pairs.evaluate(objective(second)),
                tolerance: 0
            )
        }
        #expect(try first.temperatures.read(samples) == second.temperatures.read(samples))
    }
}

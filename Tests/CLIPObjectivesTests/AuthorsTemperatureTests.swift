import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// Temperatures beside the code of FastCLIP's authors.
///
/// The numbers come from the loss classes of the repository Optimization-AI/fast_clip at commit efd89d5, run in float64
/// (default type and state) with torch 2.13.0 on one process, on the features of `pairs(visit:)`: two visits at γ 1 and 0.2
/// with one temperature for all (ρ = 16, the loss multiplied by it), three with individual ones.
@Suite struct AuthorsTemperatureTests {
    /// Well separated features: `one-hot + 0.3 sin(1 + phase + 8 i + k)` and the cosine from 2 on, at unit length.
    private func pairs(visit: Int, samples: [Int64]) throws -> Pairs {
        let phase = 0.5 * Double(visit)
        func rows(_ wave: (Double) -> Double) throws -> Tensor {
            var values: [Double] = []
            for sample in samples.map(Int.init) {
                for column in 0..<8 {
                    let place = Double(8 * sample + column)
                    values.append((sample == column ? 1 : 0) + 0.3 * wave(phase + place))
                }
            }
            return try Tensor(values, shape: [samples.count, 8]).normalized()
        }
        var pairs = try Pairs(samples.count)
        pairs.image = try rows { sin(1 + $0) }
        pairs.text = try rows { cos(2 + $0) }
        pairs.ordinals = samples
        pairs.epoch = visit
        return pairs
    }

    /// The slopes over `θ = ln(1/τ)` of both visits.
    private func slopes(
        epsilon: Double,
        tau: Double,
        _ gradient: TemperatureGradient
    ) throws -> [Double] {
        let states = MemorySampleStates(count: 6, width: MovingAverageNormalizer.stateWidth)
        var objective = ContrastiveObjective(
            normalizer: MovingAverageNormalizer(states: states, epsilon: epsilon, rate: .constant(0.2)),
            temperature: GlobalTemperature(robustness: 16, gradient: gradient),
            multipliesByTemperature: true
        )
        return try (0..<2).map { visit in
            var pairs = try pairs(visit: visit, samples: [0, 1, 2, 3, 4, 5])
            pairs.logScale = try Tensor.full([], -log(tau), dtype: .float64)
            return try #require(pairs.evaluate(learning: &objective).parameters["logit_scale"]).item()
        }
    }

    private static let published: [(epsilon: Double, tau: Double, slopes: [Double])] = [
        (1e-6, 0.07, [-1.229886334548307, -1.2236462352386113]),
        (1e-6, 0.05, [-0.9198328117576261, -0.9273988231657342]),
        (1e-6, 0.03, [-0.6058907566247709, -0.6654619469688037]),
        (1e-6, 0.02, [-0.34564837857924674, -0.361027928570985]),
        (1e-6, 0.01, [0.018401038444875818, -0.05248127896053782]),
        (1e-14, 0.07, [-1.2299337487480497, -1.2236937886046424]),
        (1e-14, 0.05, [-0.9200826756931036, -0.9276739433950254]),
        (1e-14, 0.03, [-0.6178566508212201, -0.6810642661160341]),
        (1e-14, 0.02, [-0.4692954084568762, -0.6108018245403478]),
        (1e-14, 0.01, [-0.27910051635307453, -0.5668408813821785]),
    ]

    @Test(arguments: published)
    func theSlopeOfOneTemperatureIsThatOfTheirCode(epsilon: Double, tau: Double, slopes: [Double]) throws {
        let found = try self.slopes(epsilon: epsilon, tau: tau, .fastclip2024)
        for (found, expected) in zip(found, slopes) { #expect(abs(found - expected) < 1e-6 * abs(expected)) }
    }

    /// `-τ (½ mean(ln(u1 + e) + ln(u2 + e)) + ρ - c mean Σ_j (P1 D1 + P2 D2))` by plain loops: without `e` in the code of
    /// 2024, with ε in that of 2025, and `c` 1, or ½ where the gradient is exact.
    @Test(arguments: [1e-6, 1e-14], [0.07, 0.05, 0.03, 0.02, 0.01])
    func theSlopeIsTheFormula(epsilon: Double, tau: Double) throws {
        let pairs = try pairs(visit: 0, samples: [0, 1, 2, 3, 4, 5])
        let similarities: [Double] = try pairs.image.matmul(pairs.text.transposed()).scalars()
        var spread = 0.0
        var averages: [Double] = []
        for i in 0..<6 {
            for side in 0..<2 {
                let differences = (0..<6).filter { $0 != i }.map { j in
                    (similarities[side == 0 ? i * 6 + j : j * 6 + i] - similarities[i * 7]) / tau
                }
                let average = differences.map { exp($0) }.reduce(0, +) / 5
                averages.append(average)
                spread += differences.map { exp($0) * $0 }.reduce(0, +) / 5 / (average + epsilon) / 6
            }
        }
        func slope(_ added: Double, _ count: Double) -> Double {
            let mean = averages.map { log($0 + added) }.reduce(0, +) / 12
            return -tau * (mean + 16 - count * spread)
        }
        let expected: [(TemperatureGradient, Double)] = [
            (.exact, slope(epsilon, 0.5)), (.fastclip2024, slope(0, 1)), (.fastclip2025, slope(epsilon, 1)),
        ]
        for (gradient, expected) in expected {
            let found = try slopes(epsilon: epsilon, tau: tau, gradient)[0]
            #expect(abs(found - expected) < 1e-10 * abs(expected), "\(gradient)")
        }
    }

    /// With ε = 1e-6 the two codes pull the coldest temperature in opposite directions.
    @Test func theTwoCodesDisagreeWhereEpsilonCounts() throws {
        let (first, second) = (
            try slopes(epsilon: 1e-6, tau: 0.01, .fastclip2024)[0],
            try slopes(epsilon: 1e-6, tau: 0.01, .fastclip2025)[0]
        )
        #expect(first > 0 && second < 0)
    }

    private static let individual: [[Double]] = [
        [
            0.04122017775483007, 0.01, 0.040867796567513, 0.05934346594189404, 0.032047826779408844,
            0.04969524651762303,
        ],
        [
            0.04087520906944797, 0.056421283743497815, 0.05758135304067735, 0.01, 0.04878871786265364,
            0.011307781286208685,
        ],
    ]

    /// Samples 4 and 5 are first met in the second epoch: their moments start from zero.
    @Test func individualTemperaturesAreThoseOfTheirCode() throws {
        let states = MemorySampleStates(count: 6, width: IndividualTemperature.stateWidth)
        let averages = MemorySampleStates(count: 6, width: MovingAverageNormalizer.stateWidth)
        func run(_ gradient: TemperatureGradient) throws -> [[Double]] {
            let all = [Int64](0..<6)
            try states.write([Float](repeating: 0, count: 36), at: all)
            try averages.write([Float](repeating: 0, count: 12), at: all)
            var objective = ContrastiveObjective(
                normalizer: MovingAverageNormalizer(states: averages, rate: .constant(0.2)),
                temperature: IndividualTemperature(
                    states: states,
                    robustness: 0.7,
                    learningRate: 0.0133,
                    gradient: gradient
                )
            )
            for (visit, samples) in [[0, 1, 2, 3], [2, 3, 4, 5], [0, 4, 1, 5] as [Int64]].enumerated() {
                _ = try pairs(visit: visit, samples: samples).evaluate(learning: &objective)
            }
            let records = try states.read(all)
            return (0..<2).map { side in (0..<6).map { Double(records[$0 * 6 + 3 * side]) } }
        }
        let found = try run(.fastclip2024)
        for (found, expected) in zip(found, Self.individual) {
            for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-6) }
        }
        let other = try run(.fastclip2025)
        #expect(abs(other[0][4] - Self.individual[0][4]) > 1e-3)
    }
}

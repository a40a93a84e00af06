import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// The global temperature of the robust loss `τ (½ mean ln(ε + g) + ρ)`, FastCLIP-v3.
@Suite struct RobustTemperatureTests {
    private func pairs(_ count: Int, scale: Double = 3) throws -> Pairs {
        var pairs = try Pairs(count, scale: scale)
        pairs.ordinals = (0..<Int64(count)).map(\.self)
        return pairs
    }

    private func evaluate(
        _ pairs: Pairs,
        robustness: Double,
        epsilon: Double = 0,
        gradient: TemperatureGradient = .exact
    ) throws -> ObjectiveOutput {
        let states = MemorySampleStates(count: pairs.image.size(0), width: 2)
        return try pairs.evaluate(
            ContrastiveObjective(
                normalizer: MovingAverageNormalizer(states: states, epsilon: epsilon, rate: .constant(1)),
                temperature: GlobalTemperature(robustness: robustness, gradient: gradient),
                multipliesByTemperature: true
            )
        )
    }

    @Test(arguments: [0, 0.5, 8.5], [1.0, 14.0])
    func theSlopeMatchesFiniteDifferences(robustness: Double, scale: Double) throws {
        var pairs = try pairs(9, scale: scale)
        let center = pairs.logScale
        func output(_ shift: Double) throws -> ObjectiveOutput {
            pairs.logScale = try center + shift
            return try evaluate(pairs, robustness: robustness, epsilon: 1e-3)
        }
        let gradient = try #require(output(0).parameters["logit_scale"]).item()
        let step = 1e-5
        let slope = try (output(step).loss.item() - output(-step).loss.item()) / (2 * step)
        #expect(abs(gradient - slope) < 1e-8)
        #expect(abs(slope) > 1e-3)
    }

    /// The published code counts the similarities' part twice.
    @Test func theCompatibleSlopeIsTheExactOneAndTheSimilaritiesPartAgain() throws {
        let pairs = try pairs(9)
        let exact = try #require(evaluate(pairs, robustness: 2).parameters["logit_scale"]).item()
        let compatible = try evaluate(pairs, robustness: 2, gradient: .fastclip2025)
        let means = try innerMeans(pairs)
        let logMean = try (means.image.log() + means.text.log()).mean().item() * 0.5
        let tau = try 1 / pairs.logScale.exp().item()
        let similarities = exact + tau * (logMean + 2)
        #expect(abs(similarities) > 1e-3)
        #expect(
            try abs(#require(compatible.parameters["logit_scale"]).item() - (exact + similarities)) < 1e-12
        )
        let other = try evaluate(pairs, robustness: 2)
        try expectClose(compatible.image, other.image, tolerance: 0)
        try expectClose(compatible.loss, other.loss, tolerance: 0)
    }

    /// Where the slope vanishes, the mean divergence of the weights from equal ones is ρ.
    @Test(arguments: [0.5, 1, 2])
    func atRestTheDivergenceOfTheWeightsIsTheRobustness(robustness: Double) throws {
        var pairs = try pairs(24)
        var (low, high) = (-3.0, 6.0)
        for _ in 0..<50 {
            let middle = (low + high) / 2
            pairs.logScale = try Tensor.full([], middle, dtype: .float64)
            let slope = try #require(
                evaluate(pairs, robustness: robustness).parameters["logit_scale"]
            ).item()
            if slope < 0 { low = middle } else { high = middle }
        }
        #expect(low > -2.9 && high < 5.9)
        let scale = exp(low)
        let similarities: [Double] = try pairs.image.matmul(pairs.text.transposed()).scalars()
        var total = 0.0
        for i in 0..<24 {
            let others = (0..<24).filter { $0 != i }
            for row in [others.map { similarities[i * 24 + $0] }, others.map { similarities[$0 * 24 + i] }] {
                let weights = row.map { exp($0 * scale) }
                let sum = weights.reduce(0, +)
                total += weights.map { $0 / sum * log($0 / sum * 23) }.reduce(0, +)
            }
        }
        #expect(abs(total / 48 - robustness) < 1e-6)
    }

    @Test func theLossIsTheRobustOne() throws {
        let pairs = try pairs(6, scale: 5)
        let means = try innerMeans(pairs)
        let expected = try ((means.image.log() + means.text.log()).mean().item() * 0.5 + 1.5) / 5
        #expect(try abs(evaluate(pairs, robustness: 1.5).loss.item() - expected) < 1e-12)
    }
}

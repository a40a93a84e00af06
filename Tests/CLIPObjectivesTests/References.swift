import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// 1 where a candidate is a negative of an anchor, 0 for its own pair and for equal groups.
func negativesMask(_ count: Int, groups: [Int64]? = nil) throws -> Tensor {
    var mask = [Double](repeating: 1, count: count * count)
    for i in 0..<count {
        for j in 0..<count where i == j || groups.map({ $0[i] == $0[j] }) == true { mask[i * count + j] = 0 }
    }
    return try Tensor(mask, shape: [count, count])
}

/// `g_i` of one side as a graph: the mean of `exp((s_ij - s_ii) / τ)` over the negatives of each anchor.
///
/// - Parameter scale: 1/τ, of rank 0 or `[b, 1]`.
func innerMeans(_ anchors: Tensor, _ candidates: Tensor, scale: Tensor, groups: [Int64]? = nil) throws
    -> Tensor
{
    let similarities = try anchors.matmul(candidates.transposed())
    let differences = try (similarities - similarities.diagonal().unsqueezed(1)) * scale
    let mask = try negativesMask(anchors.size(0), groups: groups)
    let counts = try mask.sum(dims: [1]).clamped(to: 1...Double.infinity)
    return try (differences.exp() * mask).sum(dims: [1]) / counts
}

/// Both sides' `g` at the pairs' own temperature.
func innerMeans(_ pairs: Pairs, groups: [Int64]? = nil) throws -> (image: Tensor, text: Tensor) {
    let scale = try pairs.logScale.exp()
    return (
        try innerMeans(pairs.image, pairs.text, scale: scale, groups: groups),
        try innerMeans(pairs.text, pairs.image, scale: scale, groups: groups)
    )
}

/// The prediction of a network of prototypes as a graph: `ln(ε + 1/m Σ_j exp((cos(e_i, W_j) - s_i) / τ))`.
func prediction(
    _ anchors: Tensor,
    _ partners: Tensor,
    _ prototypes: Tensor,
    scale: Tensor,
    epsilon: Double
) throws -> Tensor {
    let lengths = try prototypes.squared().sum(dims: [1], keepDims: true).sqrt()
    let cosines = try anchors.matmul((prototypes / lengths).transposed())
    let similarity = try (anchors * partners).sum(dims: [1], keepDims: true)
    return try (((cosines - similarity) * scale).exp().mean(dims: [1]) + epsilon).log()
}

/// Expects two outputs' gradients to agree, whatever their metrics.
func expectCloseGradients(
    _ output: ObjectiveOutput,
    _ expected: (loss: Tensor, image: Tensor, text: Tensor, logScale: Tensor),
    tolerance: Double = 1e-12,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    try expectClose(output.image, expected.image, tolerance: tolerance, sourceLocation: sourceLocation)
    try expectClose(output.text, expected.text, tolerance: tolerance, sourceLocation: sourceLocation)
    guard let slope = output.parameters["logit_scale"] else { return }
    try expectClose(slope, expected.logScale, tolerance: tolerance, sourceLocation: sourceLocation)
}

/// Runs batches one after another on several ranks and joins what the ranks return for each batch.
///
/// - Parameters:
///   - make: Makes an objective with all its state afresh.
///   - finish: Looks at each rank's objective after the last batch.
func train<O: Objective, R>(
    _ batches: [Pairs],
    ranks: Int,
    make: () throws -> O,
    finish: (O) throws -> R
) throws -> (outputs: [ObjectiveOutput], ends: [R]) {
    let results = try SlicedCollective(count: ranks).run { collective in
        var objective = try make()
        let outputs = try batches.map {
            try objective.evaluate($0.slice(rank: collective.rank, of: ranks), collective: collective)
        }
        return (outputs: outputs, end: try finish(objective))
    }
    let outputs = try batches.indices.map { batch in
        let parts = results.map { $0.outputs[batch] }
        for part in parts { try expectClose(part.metrics.values, parts[0].metrics.values, tolerance: 0) }
        var parameters: [String: Tensor] = [:]
        for name in parts[0].parameters.keys {
            parameters[name] = try Tensor.stack(parts.map { try #require($0.parameters[name]) }).sum(dims: [
                0
            ])
        }
        return ObjectiveOutput(
            image: try .concatenate(parts.map(\.image)),
            text: try .concatenate(parts.map(\.text)),
            parameters: parameters,
            metrics: parts[0].metrics
        )
    }
    return (outputs, results.map(\.end))
}

/// What an estimator said, for tests that ask about single anchors.
final class EstimateLog {
    var image: [Double] = []
    var text: [Double] = []
}

/// Passes estimates through and writes the log-normalizers of the last batch down.
struct SpyNormalizer: NormalizerEstimator {
    var inner: any NormalizerEstimator
    let log: EstimateLog

    mutating func estimate(_ batch: NormalizerInput, collective: any Collective) throws
        -> (image: NormalizerEstimate, text: NormalizerEstimate)
    {
        let estimates = try inner.estimate(batch, collective: collective)
        log.image = try estimates.image.logNormalizer.scalars()
        log.text = try estimates.text.logNormalizer.scalars()
        return estimates
    }

    func snapshot() throws -> [String: Tensor] { try inner.snapshot() }
    mutating func restore(_ state: [String: Tensor]) throws { try inner.restore(state) }
}

/// The log-normalizers of a batch by an estimator, for each anchor.
func estimates(_ pairs: Pairs, by normalizer: any NormalizerEstimator) throws -> EstimateLog {
    let log = EstimateLog()
    _ = try pairs.evaluate(ContrastiveObjective(normalizer: SpyNormalizer(inner: normalizer, log: log)))
    return log
}

/// The mean of squared differences.
func meanSquare(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +) / Double(a.count)
}

/// The largest difference of elements.
func distance(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

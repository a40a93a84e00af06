import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// Prototypes to start from instead of the first batch's rows.
struct StartingPoint {
    var texts, images: Tensor
    /// What AdaGrad's accumulators hold.
    var accumulator = 0.0
    var batches = 1_000_000

    var state: [String: Tensor] {
        get throws {
            func filled(_ rows: Tensor) throws -> Tensor {
                try .full(rows.shape, accumulator, dtype: rows.dtype)
            }
            return [
                "batches": try Tensor([Int64(batches)]),
                "texts.prototypes": texts, "texts.accumulator": try filled(texts),
                "images.prototypes": images, "images.accumulator": try filled(images),
                "recent.texts": texts, "recent.images": images,
            ]
        }
    }

    /// The network with these prototypes and no restarts.
    func network(
        steps: Int = 0,
        epsilon: Double = 0,
        learningRate: Double = 1e-2,
        accumulatorEpsilon: Double = 1e-10,
        flowsThrough: Bool = false,
        logRatioLimit: Double = 10
    ) throws -> NetworkNormalizer {
        var network = try NetworkNormalizer(
            NetworkNormalizerOptions(
                prototypes: texts.size(0),
                steps: steps,
                restart: nil,
                learningRate: learningRate,
                accumulatorEpsilon: accumulatorEpsilon,
                flowsThrough: flowsThrough,
                logRatioLimit: logRatioLimit
            ),
            epsilon: epsilon
        )
        try network.restore(state)
        return network
    }

    /// The gradients of the prototypes on a batch: with accumulators as large as this, a step of AdaGrad is a step
    /// of plain descent.
    func gradients(_ pairs: Pairs, epsilon: Double) throws -> (texts: Tensor, images: Tensor) {
        var start = self
        start.accumulator = 1e16
        let network = try start.network(steps: 1, epsilon: epsilon, learningRate: 1e8)
        var objective = ContrastiveObjective(normalizer: network)
        _ = try pairs.evaluate(learning: &objective)
        let after = try #require(objective.normalizer as? NetworkNormalizer)
        return (
            try texts - #require(after.texts).rows, try images - #require(after.images).rows
        )
    }
}

/// A matrix of normally distributed numbers, not of unit length.
func normal(_ shape: [Int], seed: UInt64) throws -> Tensor {
    let tensor = try Tensor.empty(shape, dtype: .float64)
    try RandomGenerator(seed: seed).fillNormal(tensor)
    return tensor
}

/// A single prototype of unit length with given cosines to a few anchors of higher dimension.
func prototype(cosines: [Double], to anchors: Tensor, seed: UInt64) throws -> Tensor {
    let count = anchors.size(0)
    func combination(_ goals: [Double]) throws -> Tensor {
        let gram: [Double] = try anchors.matmul(anchors.transposed()).scalars()
        let weights = solved((0..<count).map { Array(gram[$0 * count..<($0 + 1) * count]) }, goals)
        return try Tensor(weights).unsqueezed(0).matmul(anchors)
    }
    let inside = try combination(cosines)
    let free = try normal([1, anchors.size(1)], seed: seed)
    let outside = try free - combination(anchors.matmul(free.transposed()).scalars())
    let room = try 1 - inside.squared().sum().item()
    try #require(room > 0)
    return try inside + outside.normalized() * room.squareRoot()
}

/// The solution of a small system of linear equations, by elimination.
private func solved(_ matrix: [[Double]], _ goals: [Double]) -> [Double] {
    var rows = zip(matrix, goals).map { $0 + [$1] }
    for pivot in rows.indices {
        let best = (pivot..<rows.count).max { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) } ?? pivot
        rows.swapAt(pivot, best)
        for row in rows.indices where row != pivot {
            let factor = rows[row][pivot] / rows[pivot][pivot]
            for column in rows[row].indices { rows[row][column] -= factor * rows[pivot][column] }
        }
    }
    return rows.indices.map { rows[$0][rows.count] / rows[$0][$0] }
}

extension StartingPoint {
    /// One prototype for each side that predicts given log-normalizers.
    init(_ pairs: Pairs, predicting goals: (image: [Double], text: [Double])) throws {
        let tau = try 1 / pairs.logScale.exp().item()
        let own: [Double] = try (pairs.image * pairs.text).sum(dims: [1]).scalars()
        texts = try prototype(
            cosines: zip(own, goals.image).map { $0 + tau * $1 },
            to: pairs.image,
            seed: 21
        )
        images = try prototype(cosines: zip(own, goals.text).map { $0 + tau * $1 }, to: pairs.text, seed: 22)
    }
}

internal import Foundation
internal import Torch

extension Prototypes {
    /// Steps of AdaGrad on one batch; what is no number moves nothing.
    func learn(from batch: PrototypeBatch, epsilon: Double, _ options: NetworkNormalizerOptions) throws {
        guard rows.device == .cpu, rows.dtype == .float32 else {
            for _ in 0..<options.steps { try step(on: batch, epsilon: epsilon, options) }
            return
        }
        try learnFused(from: batch, epsilon: epsilon, options)
    }

    /// One step by plain operations.
    func step(on batch: PrototypeBatch, epsilon: Double, _ options: NetworkNormalizerOptions) throws {
        let gradient = try gradient(on: batch, epsilon: epsilon, logRatioLimit: options.logRatioLimit)
        let bad = try gradient.sum().isFinite().not()
        try gradient.fill(0, where: bad)
        try accumulator.add(gradient.squared())
        let step = try gradient / (accumulator.sqrt() + options.accumulatorEpsilon)
        try rows.add(step, scale: -options.learningRate)
    }

    /// The same steps with two products and two passes over memory each.
    private func learnFused(from batch: PrototypeBatch, epsilon: Double, _ options: NetworkNormalizerOptions)
        throws
    {
        let count = batch.anchors.size(0)
        let anchors = try batch.anchors.contiguous()
        let scale = try batch.scale.expanded([count]).contiguous()
        let similarity = try batch.similarity.contiguous()
        let target = try batch.logMean.logAddExp(epsilon: epsilon).contiguous()
        // An anchor without negatives says nothing.
        let weight = try (scale * (1 / Double(count))).filled(with: 0, where: batch.isAlone)
        let inverseNorms = try 1 / rows.norm(dims: [1])
        for _ in 0..<options.steps {
            let pulls = try anchors.matmul(rows.transposed())
            try PrototypeKernels.normalizerPulls(
                pulls,
                inverseNorms: inverseNorms,
                similarity: similarity,
                scale: scale,
                target: target,
                weight: weight,
                logEpsilon: epsilon > 0 ? log(epsilon) : -1e30,
                logRatioLimit: options.logRatioLimit
            )
            try PrototypeKernels.adagradDirections(
                rows,
                accumulator: accumulator,
                pulls: pulls.transposed().matmul(anchors),
                inverseNorms: inverseNorms,
                rate: options.learningRate,
                epsilon: options.accumulatorEpsilon
            )
        }
    }
}

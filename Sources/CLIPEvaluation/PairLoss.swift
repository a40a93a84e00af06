internal import Foundation
import Torch

/// The symmetric contrastive loss of a whole data set, with every other pair as negative.
struct PairLoss {
    /// Unit-length features `[n, D]`; row `i` of both is pair `i`.
    let images, texts: Tensor
    /// Most similarities in memory at a time.
    var blockSize: Int

    /// `1/(2n) Σ_i (ln Σ_j exp(s e1_i·e2_j) + ln Σ_j exp(s e1_j·e2_i) - 2 s e1_i·e2_i)`.
    func value(scale: Double) throws -> Double {
        try withoutGradient {
            let count = images.size(0)
            let candidates = try texts.to(.float64)
            var columns: Tensor?
            var total = 0.0
            for part in (0..<count).parts(of: max(1, blockSize / max(1, count))) {
                let anchors = try images.slice(part).to(.float64) * scale
                let logits = try anchors.matmul(candidates.transposed())
                let positives = try (anchors * candidates.slice(part)).sum()
                total += try logits.logSumExp(dims: [1]).sum().item() - 2 * positives.item()
                let sums = try logits.logSumExp(dims: [0])
                columns = try columns.map { try $0.logAddExp(sums) } ?? sums
            }
            total += try columns?.sum().item() ?? 0
            return total / Double(2 * count)
        }
    }

    /// The scale at which the loss is least, which makes models comparable whose temperatures mean different things,
    /// and that loss. The loss is convex in the scale; it is searched by golden sections of its logarithm.
    func best(among scales: ClosedRange<Double> = 1...1000) throws -> (scale: Double, loss: Double) {
        let golden = (5.0.squareRoot() - 1) / 2
        var (low, high) = (log(scales.lowerBound), log(scales.upperBound))
        var left = high - golden * (high - low)
        var right = low + golden * (high - low)
        var (lossLeft, lossRight) = (try value(scale: exp(left)), try value(scale: exp(right)))
        while high - low > 1e-3 {
            if lossLeft < lossRight {
                (high, right, lossRight) = (right, left, lossLeft)
                left = high - golden * (high - low)
                lossLeft = try value(scale: exp(left))
            } else {
                (low, left, lossLeft) = (left, right, lossRight)
                right = low + golden * (high - low)
                lossRight = try value(scale: exp(right))
            }
        }
        return lossLeft < lossRight ? (exp(left), lossLeft) : (exp(right), lossRight)
    }
}

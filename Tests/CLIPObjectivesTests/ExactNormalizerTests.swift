import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

/// The normalizers over a whole data set.
@Suite struct ExactNormalizerTests {
    private let epsilon = 1e-3

    private func batch(of whole: Pairs, _ rows: [Int64]) throws -> Pairs {
        var batch = whole
        let index = try Tensor(rows)
        batch.image = try whole.image.indexSelect(index)
        batch.text = try whole.text.indexSelect(index)
        batch.ordinals = rows
        return batch
    }

    private func normalizer(_ whole: Pairs, workspace: Int = 1 << 20) -> ExactNormalizer {
        ExactNormalizer(images: whole.image, texts: whole.text, epsilon: epsilon, workspace: workspace)
    }

    @Test(arguments: [1, 500, 1 << 20])
    func aBatchHasTheNormalizersOfTheWhole(workspace: Int) throws {
        let whole = try Pairs(15)
        let rows: [Int64] = [7, 0, 14, 3]
        let means = try innerMeans(whole)
        let found = try estimates(batch(of: whole, rows), by: normalizer(whole, workspace: workspace))
        let index = try Tensor(rows)
        #expect(
            try distance(found.image, (means.image.indexSelect(index) + epsilon).log().scalars()) < 1e-12
        )
        #expect(try distance(found.text, (means.text.indexSelect(index) + epsilon).log().scalars()) < 1e-12)
    }

    /// The mean over all batches of the gradients of similarities weighs as the whole data set does.
    @Test func theWholeAsABatchGivesTheGradientsOfTheGlobalLoss() throws {
        var whole = try Pairs(8)
        whole.ordinals = [Int64](0..<8)
        let expected = try autograd(whole) { e1, e2, logScale in
            let scale = try logScale.exp()
            let image = try innerMeans(e1, e2, scale: scale) + epsilon
            let text = try innerMeans(e2, e1, scale: scale) + epsilon
            return try (image.log() + text.log()).mean() * 0.5
        }
        let data = whole
        for ranks in [1, 2, 4] {
            let output = try train([whole], ranks: ranks) {
                ContrastiveObjective(normalizer: normalizer(data))
            } finish: { _ in
            }.outputs[0]
            try expectCloseGradients(output, expected)
            try expectClose(output.loss, expected.loss)
        }
    }

    @Test func eachAnchorMayHaveItsTemperature() throws {
        let whole = try Pairs(15)
        let scales = try Tensor([2, 5, 9] as [Double])
        let batch = try batch(of: whole, [7, 0, 14])
        let found: [Double] = try normalizer(whole).logNormalizers(
            of: batch.image,
            similarity: (batch.image * batch.text).sum(dims: [1]),
            among: whole.text,
            ordinals: Tensor(#require(batch.ordinals)),
            scale: scales
        ).scalars()
        for (row, (ordinal, scale)) in zip([7, 0, 14], [2.0, 5, 9]).enumerated() {
            let means = try innerMeans(
                whole.image,
                whole.text,
                scale: Tensor.full([], scale, dtype: .float64)
            )
            #expect(try abs(found[row] - log(means.select(ordinal).item() + epsilon)) < 1e-12)
        }
    }

    @Test func samplesWithoutOrdinalsAreRefused() throws {
        let whole = try Pairs(4)
        let normalizers: [any NormalizerEstimator] = [
            normalizer(whole),
            MovingAverageNormalizer(states: MemorySampleStates(count: 4, width: 2), rate: .constant(1)),
        ]
        for normalizer in normalizers {
            #expect(throws: ObjectiveError.noOrdinals) {
                _ = try whole.evaluate(ContrastiveObjective(normalizer: normalizer))
            }
        }
        var unknown = whole
        unknown.ordinals = [0, 1, 2, 4]
        #expect(throws: ObjectiveError.unknownSample(ordinal: 4, count: 4)) {
            _ = try unknown.evaluate(ContrastiveObjective(normalizer: normalizers[1]))
        }
    }
}

import Foundation
import Testing
import Torch

@testable import CLIPEvaluation

@Suite struct PairLossTests {
    private let count = 11

    private func features(_ seed: UInt64) throws -> Tensor {
        let tensor = try Tensor.empty([count, 5], dtype: .float64)
        try RandomGenerator(seed: seed).fillNormal(tensor)
        return try tensor.normalized()
    }

    /// Two cross entropies by plain loops.
    private func expected(_ images: Tensor, _ texts: Tensor, _ scale: Double) throws -> Double {
        let similarities: [Double] = try images.matmul(texts.transposed()).scalars()
        var total = 0.0
        for i in 0..<count {
            let row = (0..<count).reduce(0) { $0 + exp(scale * similarities[i * count + $1]) }
            let column = (0..<count).reduce(0) { $0 + exp(scale * similarities[$1 * count + i]) }
            total += log(row) + log(column) - 2 * scale * similarities[i * count + i]
        }
        return total / Double(2 * count)
    }

    @Test(arguments: [1, 25, 1000])
    func isInfoNCEOfTheWholeSet(blockSize: Int) throws {
        let (images, texts) = (try features(1), try features(2))
        let loss = PairLoss(images: images, texts: texts, blockSize: blockSize)
        #expect(try abs(loss.value(scale: 7) - expected(images, texts, 7)) < 1e-10)
    }

    @Test func theBestScaleHasTheLeastLoss() throws {
        let images = try features(1)
        let texts = try (images + features(2) * 1.5).normalized()
        let loss = PairLoss(images: images, texts: texts, blockSize: 1000)
        let best = try loss.best()
        #expect(best.scale > 1.1 && best.scale < 900)
        for scale in [best.scale * 0.9, best.scale * 1.1] {
            #expect(try loss.value(scale: scale) > best.loss)
        }
    }
}

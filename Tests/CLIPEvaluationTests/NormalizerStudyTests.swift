import Foundation
import Testing
import Torch

@testable import CLIPEvaluation

@Suite struct NormalizerStudyTests {
    private let count = 30
    private let epsilon = 1e-3

    private func features(_ seed: UInt64) throws -> Tensor {
        let tensor = try Tensor.empty([count, 4], dtype: .float64)
        try RandomGenerator(seed: seed).fillNormal(tensor)
        return try tensor.normalized()
    }

    /// `ln(ε + g)` of an image among some texts, by a plain loop.
    private func logNormalizer(
        _ similarities: [Double],
        _ anchor: Int,
        _ scale: Double,
        among others: [Int]
    ) -> Double {
        let own = similarities[anchor * count + anchor]
        let terms = others.map { exp(scale * (similarities[anchor * count + $0] - own)) }
        return log(epsilon + terms.reduce(0, +) / Double(terms.count))
    }

    private func study(_ anchors: [Int], groups: [Int64]? = nil) throws -> NormalizerStudy {
        let scale = try Tensor.full([1], 5, dtype: .float64)
        return try NormalizerStudy(
            images: features(1),
            texts: features(2),
            groups: groups.map { try Tensor($0) },
            anchors: anchors,
            scales: (scale, scale),
            epsilon: epsilon
        )
    }

    @Test(arguments: [false, true])
    func exactValuesHaveNoError(grouped: Bool) throws {
        let anchors = [3, 7, 29]
        let groups = grouped ? (0..<count).map { Int64($0 % 10) } : nil
        let images: [Double] = try features(1).matmul(features(2).transposed()).scalars()
        let texts: [Double] = try features(2).matmul(features(1).transposed()).scalars()
        func exact(_ similarities: [Double]) throws -> Tensor {
            try Tensor(
                anchors.map { anchor in
                    let others = (0..<count).filter { other in
                        other != anchor && groups.map { $0[other] != $0[anchor] } ?? true
                    }
                    return logNormalizer(similarities, anchor, 5, among: others)
                }
            )
        }
        let errors = try study(anchors, groups: groups).errors(image: exact(images), text: exact(texts))
        #expect(errors.image.meanSquaredError < 1e-24 && errors.text.meanSquaredError < 1e-24)
        let shifted = try study(anchors, groups: groups).errors(
            image: exact(images) + 0.5,
            text: exact(texts) - 2
        )
        #expect(abs(shifted.image.bias - 0.5) < 1e-12 && abs(shifted.text.meanSquaredError - 4) < 1e-12)
        #expect(abs((shifted.text.quantiles["50"] ?? 0) + 2) < 1e-12)
    }

    @Test func aBatchOfAllSamplesIsExact() throws {
        let errors = try study(Array(0..<count)).batchErrors(size: count + 1, draws: 2)
        #expect(errors.image.meanSquaredError < 1e-24 && errors.text.meanSquaredError < 1e-24)
        #expect(errors.image.count == 2 * count)
    }

    @Test func largerBatchesErrLess() throws {
        let study = try study(Array(0..<count))
        let errors = try [3, 8, 20].map { try study.batchErrors(size: $0, draws: 40).image.meanSquaredError }
        #expect(errors[0] > errors[1] && errors[1] > errors[2])
        // Jensen: the logarithm of a mean over few is too small on average.
        #expect(try study.batchErrors(size: 3, draws: 40).text.bias < 0)
    }

    @Test func estimatesThatAreNoNumbersAreLeftOut() throws {
        let estimates = try Tensor([Double.nan, 0, 0])
        let errors = try study([0, 1, 2]).errors(image: estimates, text: estimates)
        #expect(errors.image.count == 2)
    }
}

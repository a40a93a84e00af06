import CLIPObjectives
import Foundation
import Testing
import Torch
import TorchDistributed

@Suite struct ContrastiveEdgeTests {
    @Test func equalSimilaritiesCostTheLogarithmOfTheBatch() throws {
        var pairs = try Pairs(12)
        pairs.image = try pairs.image.slice(0..<1).expanded([12, -1]).contiguous()
        pairs.text = pairs.image
        let output = try pairs.evaluate()
        #expect(try abs(output.loss.item() - log(12)) < 1e-12)
        // A collapsed model finds nothing: ties are misses.
        #expect(try output.metrics["accuracy_image_to_text"].item() == 0)
        #expect(try output.metrics["positive_similarity"].item() > 0.999_999)
    }

    @Test func separatedPairsCostNothing() throws {
        var pairs = try Pairs(6, scale: 100)
        let eye = try Tensor.zeros([6, 6], dtype: .float64)
        try eye.diagonal().fill(1)
        pairs.image = eye
        pairs.text = try eye.cloned()
        let output = try pairs.evaluate()
        #expect(try output.loss.item() < 1e-12)
        #expect(try output.image.abs().maximum().item() < 1e-12)
        #expect(try output.metrics["accuracy_image_to_text"].item() == 1)
        #expect(try output.metrics["accuracy_text_to_image"].item() == 1)
        #expect(try abs(output.metrics["scale"].item() - 100) < 1e-9)
    }

    @Test func accuracyCountsEachDirection() throws {
        var pairs = try Pairs(3, width: 2)
        let images: [[Double]] = [[1, 0], [0, 1], [0.8, 0.6]]
        let texts: [[Double]] = [[1, 0], [0.6, 0.8], [0, 1]]
        pairs.image = try Tensor(images.flatMap { $0 }, shape: [3, 2])
        pairs.text = try Tensor(texts.flatMap { $0 }, shape: [3, 2])
        // Similarities by row: 1 .6 0 | 0 .8 1 | .8 .96 .6
        let metrics = try pairs.evaluate().metrics
        #expect(try abs(metrics["accuracy_image_to_text"].item() - 1.0 / 3) < 1e-12)
        #expect(try abs(metrics["accuracy_text_to_image"].item() - 1.0 / 3) < 1e-12)
        #expect(try abs(metrics["positive_similarity"].item() - 0.8) < 1e-12)
    }

    @Test func aSinglePairHasNothingToLearn() throws {
        let output = try Pairs(1).evaluate()
        #expect(try output.loss.item() == 0)
        #expect(try output.image.abs().maximum().item() == 0)
        #expect(try output.text.abs().maximum().item() == 0)
        #expect(try #require(output.parameters["logit_scale"]).item() == 0)
    }

    @Test func notANumberReachesTheLoss() throws {
        let pairs = try Pairs(4)
        try pairs.text.select(2).fill(.nan)
        #expect(try pairs.evaluate().loss.item().isNaN)
        #expect(try pairs.evaluate(ContrastiveObjective(workspace: 1)).loss.item().isNaN)
    }

    @Test func singlePrecisionHoldsAtTheLowestTemperature() throws {
        let wide = try Pairs(64, width: 32, scale: 100)
        // The worst case: every positive is the opposite of its anchor.
        var opposite = wide
        opposite.text = try -opposite.image
        for pairs in [wide, opposite] {
            var narrow = pairs
            narrow.image = try pairs.image.to(.float32)
            narrow.text = try pairs.text.to(.float32)
            narrow.logScale = try pairs.logScale.to(.float32)
            let (found, expected) = (try narrow.evaluate(), try pairs.evaluate())
            #expect(found.image.dtype == .float32)
            #expect(try found.metrics.values.isFinite().all().item() == 1)
            #expect(try (found.loss.item() / expected.loss.item() - 1).magnitude < 1e-5)
            let size = try expected.image.abs().maximum().item()
            #expect(try distance(found.image, expected.image) < 1e-4 * size)
            #expect(try distance(found.text, expected.text) < 1e-4 * size)
        }
    }

    @Test func recordsNothing() throws {
        let pairs = try Pairs(5)
        try pairs.image.setRequiresGradient(true)
        try pairs.logScale.setRequiresGradient(true)
        let output = try pairs.evaluate()
        #expect(!output.image.requiresGradient)
        #expect(try !output.loss.requiresGradient)
        #expect(isRecordingGradients)
        #expect(try !#require(output.parameters["logit_scale"]).requiresGradient)
    }

    @Test func theInputIsNotChanged() throws {
        let pairs = try Pairs(5, groups: [1, 1, 2, 3, 4])
        let before = try [pairs.image, pairs.text, pairs.logScale].map { try $0.cloned() }
        _ = try pairs.evaluate()
        for (tensor, copy) in zip([pairs.image, pairs.text, pairs.logScale], before) {
            try expectClose(tensor, copy, tolerance: 0)
        }
    }
}

import CLIPObjectives
import Testing
import Torch
import TorchDistributed

@Suite struct CaptionTests {
    @Test func severalCaptionsAreTheMeanOfTheirLosses() throws {
        let first = try Pairs(5, groups: [0, 1, 1, 2, 3])
        let second = try Pairs(5, seed: 2)
        var both = first
        both.text = try Tensor.stack([first.text, second.text], dim: 1)
        var other = first
        other.text = second.text
        let (output, a, b) = (try both.evaluate(), try first.evaluate(), try other.evaluate())
        #expect(output.text.shape == [5, 2, 6])
        try expectClose(output.image, (a.image + b.image) * 0.5)
        try expectClose(output.text.select(0, dim: 1), a.text * 0.5)
        try expectClose(output.text.select(1, dim: 1), b.text * 0.5)
        try expectClose(output.metrics.values, (a.metrics.values + b.metrics.values) * 0.5)
        try expectClose(
            #require(output.parameters["logit_scale"]),
            (#require(a.parameters["logit_scale"]) + #require(b.parameters["logit_scale"])) * 0.5
        )
    }

    @Test func equalCaptionsAreOneCaption() throws {
        let single = try Pairs(4)
        var triple = single
        triple.text = try single.text.unsqueezed(1).expanded([4, 3, 6])
        let (output, expected) = (try triple.evaluate(), try single.evaluate())
        try expectClose(output.image, expected.image)
        try expectClose(output.text.sum(dims: [1]), expected.text)
        try expectClose(output.loss, expected.loss)
    }

    /// Two pairs on the plane, the texts first equal to the images, then turned by 45°. By hand: ln(1 + 1/e)
    /// for each anchor; then ln 2 for the two that tie and ln(1 + exp(-√2 s)) for the others.
    @Test func theLossOfTwoPairsOnThePlane() throws {
        let half = 0.5.squareRoot()
        let straight = try Tensor([1, 0, 0, 1] as [Double], shape: [2, 2])
        let turned = try Tensor([half, half, -half, half], shape: [2, 2])
        func loss(_ text: Tensor, scale: Double = 1) throws -> Double {
            var pairs = try Pairs(2, scale: scale)
            pairs.image = straight
            pairs.text = text
            return try pairs.evaluate().loss.item()
        }
        #expect(try abs(loss(straight) - 0.313262) < 1e-6)
        #expect(try abs(loss(turned) - 0.455384) < 1e-6)
        #expect(try abs(loss(turned, scale: 1 / 0.07) - 0.346574) < 1e-6)
        #expect(try abs(loss(Tensor.stack([straight, turned], dim: 1)) - 0.384323) < 1e-6)
    }
}

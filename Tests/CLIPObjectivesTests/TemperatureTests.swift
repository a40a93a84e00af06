import CLIPObjectives
import Foundation
import Testing
import Torch

@Suite struct TemperatureTests {
    @Test(arguments: [(-0.5, 0.0), (2.5, 2.5), (4.7, 4.605_170_185_988_092)])
    func staysInItsBounds(value: Double, expected: Double) throws {
        let logScale = try Tensor.full([], value, dtype: .float64)
        try logScale.setRequiresGradient(true)
        try ContrastiveObjective().constrain(["logit_scale": logScale])
        #expect(try logScale.item() == expected)
        #expect(logScale.requiresGradient)
    }

    @Test func constantTemperatureHasNoGradientAndKeepsItsValue() throws {
        let pairs = try Pairs(4, scale: 200)
        let objective = ContrastiveObjective(temperature: GlobalTemperature(isLearnable: false))
        #expect(try pairs.evaluate(objective).parameters.isEmpty)
        try objective.constrain(["logit_scale": pairs.logScale])
        #expect(try abs(pairs.logScale.item() - log(200)) < 1e-12)
    }

    @Test func gradientHasTheParametersShapeAndType() throws {
        var pairs = try Pairs(4)
        pairs.logScale = try pairs.logScale.to(.float32).reshaped([1])
        let gradient = try #require(pairs.evaluate().parameters["logit_scale"])
        #expect(gradient.shape == [1])
        #expect(gradient.dtype == .float32)
    }
}

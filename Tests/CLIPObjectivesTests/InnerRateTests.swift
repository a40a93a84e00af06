import CLIPObjectives
import Testing

@Suite struct InnerRateTests {
    @Test(arguments: [(0, 1), (1, 0.993923), (9, 0.6), (17, 0.206077), (18, 0.2), (19, 0.2), (400, 0.2)])
    func theCosineFromOneToTheMinimum(epoch: Int, expected: Double) {
        #expect(abs(InnerRate.cosine(minimum: 0.2, epochs: 18).rate(epoch: epoch) - expected) < 1e-6)
    }

    @Test(arguments: [
        InnerRate.constant(0.3), .constant(1), .cosine(minimum: 0.2, epochs: 18),
        .cosine(minimum: 0.8, epochs: 10),
        .cosine(minimum: 0.5, epochs: 0.5), .cosine(minimum: 0, epochs: 7),
    ])
    func startsAtOneAndNeverGrows(rate: InnerRate) {
        let rates = (0..<50).map { rate.rate(epoch: $0) }
        #expect(rates[0] == 1)
        #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(rates[49] == rate.minimum)
    }

    @Test func aConstantHoldsFromTheSecondEpochOn() {
        #expect((0..<4).map { InnerRate.constant(0.3).rate(epoch: $0) } == [1, 0.3, 0.3, 0.3])
    }

    @Test(arguments: [(7, 1), (24, 0.415), (30, 0.353), (33, 0.329), (37, 0.303)])
    func theRecommendedMinimum(epochs: Double, expected: Double) {
        #expect(abs(InnerRate.recommendedMinimum(epochs: epochs) - expected) < 1e-3)
    }
}

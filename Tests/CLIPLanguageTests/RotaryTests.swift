import Foundation
import Testing

@testable import CLIPLanguage

@Suite struct RotaryTests {
    /// Llama-3.2-1B: the numbers were computed by hand from the published formula.
    private let configuration = LanguageModelConfiguration(
        vocabularySize: 128_256,
        width: 2048,
        layers: 16,
        heads: 32,
        keyValueHeads: 8,
        hiddenWidth: 8192,
        rotaryBase: 500_000,
        rotaryScaling: .init(factor: 32, low: 1, high: 4, originalContext: 8192)
    )

    @Test(arguments: [
        (0, 1.0), (14, 0.00321144599), (15, 0.00129054793), (16, 4.29556797e-4), (18, 1.94616382e-5),
        (31, 9.41830673e-8),
    ])
    func stretchedFrequencies(pair: Int, expected: Double) {
        #expect(configuration.inverseFrequencies.count == 32)
        #expect(abs(configuration.inverseFrequencies[pair] / expected - 1) < 1e-8)
    }

    @Test func plainFrequencies() {
        var plain = configuration
        plain.rotaryScaling = nil
        #expect(abs(plain.inverseFrequencies[15] / 0.00213111954 - 1) < 1e-8)
        #expect(abs(plain.inverseFrequencies[31] / 3.01385815e-6 - 1) < 1e-8)
        #expect(plain.inverseFrequencies[3] == pow(500_000, -6.0 / 64))
    }
}

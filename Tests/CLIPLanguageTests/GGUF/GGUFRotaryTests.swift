import CLIPLanguage
import Foundation
import Testing

/// Llama 3's stretch of positions, which files hold as factors.
@Suite struct GGUFRotaryTests {
    /// Llama-3.2-1B: heads of 64, factor 32.
    private static func model(_ change: (inout [Float]) -> Void = { _ in }) throws -> TinyGGUF {
        var file = try TinyGGUF(width: 128, headWidth: 64)
        file.bytes.add("llama.rope.freq_base", Float(500_000))
        var factors = (0..<32).map { index -> Float in
            let frequency = pow(500_000, -Double(index) / 32)
            let turns = 8192 * frequency / (2 * .pi)
            let share = (turns - 1) / 3
            return turns > 4 ? 1 : turns < 1 ? 32 : Float(1 / ((1 - share) / 32 + share))
        }
        change(&factors)
        file.bytes.addTensor("rope_freqs.weight", factors)
        return file
    }

    /// Published frequencies of that model before and after the stretch.
    @Test func theStretchIsFoundFromItsFactors() throws {
        let scaling = try #require(try Self.model().model().configuration.rotaryScaling)
        #expect(scaling == .init(factor: 32, low: 1, high: 4, originalContext: 8192))
        var found: [Float] = []
        _ = try Self.model { found = $0 }
        #expect(found[14] == 1)
        #expect(abs(0.00213111954 / Double(found[15]) - 0.00129054793) < 1e-9)
        #expect(abs(6.22772422e-4 / Double(found[18]) - 1.94616382e-5) < 1e-11)
    }

    @Test func theTensorIsNoWeight() throws {
        let model = try Self.model().model()
        #expect(model.tensorNames == ["model.embed_tokens.weight"])
    }

    @Test func factorsOfOneStretchNothing() throws {
        let model = try Self.model { $0 = Array(repeating: 1, count: 32) }.model()
        #expect(model.configuration.rotaryScaling == nil)
    }

    @Test(arguments: [16, 31]) func otherFactorsAreRefused(index: Int) throws {
        let file = try Self.model { $0[index] *= 1.01 }
        let error = #expect(throws: GGUFError.self) { try file.model() }
        #expect(error?.description.contains("of 'rope_freqs.weight' is") ?? false)
        let unreal = try Self.model { $0[index] = .nan }
        #expect(throws: GGUFError.self) { try unreal.model() }
    }

    @Test func otherKindsAreRefusedByName() throws {
        var file = try TinyGGUF()
        file.bytes.add("llama.rope.scaling.type", "yarn")
        let error = #expect(throws: GGUFError.self) { try file.model() }
        #expect(error?.description.contains("llama.rope.scaling.type is 'yarn', expected none") ?? false)
    }

    /// A factor without a type stretches all positions alike in llama.cpp.
    @Test(arguments: ["llama.rope.scaling.factor", "llama.rope.scale_linear"])
    func aFactorWithoutATypeIsRefused(key: String) throws {
        var file = try TinyGGUF()
        file.bytes.add(key, Float(4))
        let error = #expect(throws: GGUFError.self) { try file.model() }
        #expect(error?.description.contains("\(key) is 4.0, expected 1, or Llama 3's factors") ?? false)
        // Switched off, or of no effect.
        file.bytes.add("llama.rope.scaling.type", "none")
        #expect(try file.model().configuration.rotaryScaling == nil)
        var plain = try TinyGGUF()
        plain.bytes.add(key, Float(1))
        #expect(try plain.model().configuration.rotaryScaling == nil)
    }

    @Test func aWindowLimitsTheContext() throws {
        var file = try TinyGGUF()
        file.bytes.add("llama.attention.sliding_window", 16)
        #expect(try file.model().configuration.contextLength == 16)
    }
}

import Foundation
import Torch

extension GGUFFile {
    /// The tensor by whose values the wavelengths of rotary positions are multiplied.
    static let rotaryFactors = "rope_freqs.weight"

    /// How positions are stretched.
    ///
    /// Writers turn Llama 3's four numbers into a factor for each frequency. They are found again from the largest factor, as all
    /// models of that family share the other three, and must give the same factors back.
    func rotaryScaling(_ family: String, headWidth: Int) throws -> LanguageModelConfiguration.RotaryScaling? {
        let kind = try text("\(family).rope.scaling.type")
        if let kind, kind != "none" {
            throw unsupported("\(family).rope.scaling.type", "'\(kind)'", "none, or Llama 3's factors")
        }
        // Without a type the factor stretches all positions alike, which is not computed; the type none switches it off.
        for key in ["\(family).rope.scaling.factor", "\(family).rope.scale_linear"] where kind == nil {
            guard let factor = try positive(key), factor != 1 else { continue }
            throw unsupported(key, "\(factor)", "1, or Llama 3's factors")
        }
        guard let entry = self[Self.rotaryFactors] else { return nil }
        guard entry.type == .float32, entry.shape == [headWidth / 2] else {
            throw unsupported(
                "'\(entry.name)'",
                "\(entry.type) of shape \(entry.shape)",
                "F32 of shape [\(headWidth / 2)]"
            )
        }
        let factors = try tensor(of: entry, decodedTo: .float32).scalars(as: Double.self)
        let base = try positive("\(family).rope.freq_base") ?? 10_000
        guard let largest = factors.max(), largest > 1 || factors.contains(where: { $0 != 1 }) else {
            return nil
        }
        let scaling = LanguageModelConfiguration.RotaryScaling(
            factor: largest,
            low: 1,
            high: 4,
            originalContext: try integer("\(family).rope.scaling.original_context_length") ?? 8192
        )
        for (index, found) in factors.enumerated() {
            let frequency = pow(base, -2 * Double(index) / Double(headWidth))
            let expected = frequency / scaling.stretched(frequency)
            // Also refuses what is no number.
            guard abs(found - expected) <= 1e-4 * expected else {
                throw unsupported(
                    "value \(index) of '\(entry.name)'",
                    "\(found)",
                    "\(expected), as Llama 3 stretches positions by \(largest)"
                )
            }
        }
        return scaling
    }
}

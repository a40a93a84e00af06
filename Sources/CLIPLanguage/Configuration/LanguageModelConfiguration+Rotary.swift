import Foundation

extension LanguageModelConfiguration {
    /// The angle of each pair of a head's dimensions at position 1: `θ^(-2i / D)`, stretched as ``rotaryScaling`` says.
    var inverseFrequencies: [Double] {
        (0..<headWidth / 2).map { pair in
            let frequency = pow(rotaryBase, -2 * Double(pair) / Double(headWidth))
            return rotaryScaling?.stretched(frequency) ?? frequency
        }
    }
}

extension LanguageModelConfiguration.RotaryScaling {
    /// Waves that are long against the original context are stretched by the factor, short ones are not, and those between by a mean.
    func stretched(_ frequency: Double) -> Double {
        let wavelength = 2 * Double.pi / frequency
        let context = Double(originalContext)
        if wavelength > context / low { return frequency / factor }
        if wavelength < context / high { return frequency }
        let share = (context / wavelength - low) / (high - low)
        return (1 - share) * frequency / factor + share * frequency
    }
}

import Foundation

extension Recipe {
    /// The largest share of ln(negatives) that a preset's ρ may be: what the published recipe with the largest share has,
    /// 16 of ln(316 million).
    static let presetRobustness = 0.82

    /// How many negatives the weights of a robust loss range over; nil where the loss is not robust.
    func robustNegatives(_ pace: TrainingPace) -> Int? {
        guard
            temperature.rule == .individual
                || (temperature.rule == .global && objective.multiplyByTemperature)
        else { return nil }
        // Of the whole data, where normalizers are estimated over it.
        return max((objective.normalizer == .batch ? pace.batch : pace.samplesPerEpoch) - 1, 1)
    }

    /// A ρ that weights over so many negatives reach, in two decimals.
    static func attainableRho(_ negatives: Int) -> Double {
        (presetRobustness * Foundation.log(Double(negatives)) * 100).rounded(.down) / 100
    }

    /// The recipe for data of a size: where ρ is what its preset gave, with the preset's number, or with one that holds if
    /// that is too large for the data.
    ///
    /// - Returns: The recipe, and what changed in one sentence; nil for nothing.
    func fitted(to pace: TrainingPace) -> (recipe: Recipe, notice: String?) {
        guard objective.kind == .contrastive, let preset = objective.preset,
            let published = preset.number(at: "temperature.rho"),
            temperature.rho == temperature.fromPreset?.rho, let negatives = robustNegatives(pace)
        else { return (self, nil) }
        let attainable = Self.attainableRho(negatives)
        let rho = attainable > 0 ? min(attainable, published) : published
        guard rho != temperature.rho else { return (self, nil) }
        var fitted = self
        fitted.temperature.rho = rho
        fitted.temperature.fromPreset?.rho = rho
        guard rho < published else {
            let notice =
                "temperature.rho is \(preset.rawValue)'s \(rho) in place of \(temperature.rho), which was its number for "
                + "smaller data"
            return (fitted, notice)
        }
        let limit = (Foundation.log(Double(negatives)) * 100).rounded() / 100
        let notice =
            "temperature.rho is \(rho) in place of \(preset.rawValue)'s \(published): no weights over \(negatives) "
            + "negatives diverge from uniform by more than ln \(negatives) = \(limit), and a preset's ρ is at most "
            + "\(Self.presetRobustness) of that; temperature.rho sets another one"
        return (fitted, notice)
    }
}

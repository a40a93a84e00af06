import Yams

/// A published method: defaults for the sections `objective` and `temperature`.
///
/// The numbers of FastCLIP's presets are those of its scripts for 3 million pairs; ρ and the temperature's rates were
/// found with the `compat` gradient, so these presets use it.
public enum ObjectivePreset: String, CaseIterable, Sendable {
    /// InfoNCE within the batch (Radford et al. 2021).
    case clip
    /// Moving averages at a constant rate and temperature (Yuan et al. 2022).
    case sogclr
    /// The same with robust individual temperatures (Qiu et al. 2023).
    case isogclr
    /// FastCLIP with a learnable global temperature, not multiplied (Wei et al. 2024).
    case fastclipV0 = "fastclip-v0"
    /// FastCLIP with a constant temperature.
    case fastclipV1 = "fastclip-v1"
    /// FastCLIP with robust individual temperatures.
    case fastclipV2 = "fastclip-v2"
    /// FastCLIP with a robust global temperature.
    case fastclipV3 = "fastclip-v3"
    /// Normalizers from a network (arXiv:2511.08417).
    case neuclip
    /// Each pair classified alone (Zhai et al. 2023).
    case siglip

    /// The defaults as YAML; keys are those of a recipe.
    var yaml: String {
        switch self {
        case .clip: "objective: {kind: contrastive, normalizer: batch}"
        case .sogclr:
            """
            objective: {normalizer: movingAverage, innerRate: {schedule: constant, minimum: 0.2}}
            temperature: {rule: constant}
            """
        case .isogclr:
            """
            objective: {normalizer: movingAverage, innerRate: {schedule: constant, minimum: 0.2}}
            temperature: {rule: individual, initial: 0.03, rho: 7.0, learningRate: 0.0133, gradient: compat}
            """
        case .fastclipV0:
            "objective: {normalizer: movingAverage, innerRate: {schedule: cosine, minimum: 0.2, decay: 50%}}"
        case .fastclipV1:
            """
            objective: {normalizer: movingAverage, innerRate: {schedule: cosine, minimum: 0.2, decay: 50%}}
            temperature: {rule: constant}
            """
        case .fastclipV2:
            """
            objective: {normalizer: movingAverage, innerRate: {schedule: cosine, minimum: 0.2, decay: 50%}}
            temperature: {rule: individual, initial: 0.03, rho: 7.0, learningRate: 0.0133, gradient: compat}
            """
        case .fastclipV3:
            """
            objective:
              normalizer: movingAverage
              multiplyByTemperature: true
              innerRate: {schedule: cosine, minimum: 0.2, decay: 50%}
            temperature: {rule: global, rho: 6.5, learningRate: 2e-4, schedule: stepThreshold, gradient: compat}
            """
        case .neuclip:
            """
            objective: {normalizer: network, multiplyByTemperature: true}
            temperature: {rule: global, rho: 6.5, learningRate: 2e-4, schedule: stepThreshold}
            """
        case .siglip:
            """
            objective: {kind: sigmoid, initialBias: -10}
            temperature: {initial: 0.1}
            """
        }
    }

    /// The recipe with the preset's values under those that it has itself.
    func applied(to root: Node) throws -> Node {
        guard let defaults = try Yams.compose(yaml: yaml) else { return root }
        return defaults.overlaid(with: root)
    }

    /// The preset that a recipe names, if it names one that exists.
    static func named(in root: Node) -> ObjectivePreset? {
        root.mapping?["objective"]?.mapping?["preset"]?.string.flatMap(Self.init(rawValue:))
    }
}

extension ObjectivePreset: RecipeChoice {}

extension Node {
    /// The other's values where it has any, key by key, and this one's elsewhere.
    fileprivate func overlaid(with other: Node) -> Node {
        guard case .mapping(let below) = self, case .mapping(var above) = other else {
            return other.isNull && self.mapping != nil ? self : other
        }
        for (key, value) in below {
            above[key] = above[key].map { value.overlaid(with: $0) } ?? value
        }
        return .mapping(above)
    }
}

import Yams

/// A published method: defaults for the sections `objective` and `temperature`.
///
/// The numbers of FastCLIP's presets are those of its scripts for 3 million pairs; ρ and the temperature's rates were
/// found with the gradient of that code, so the presets with a robust temperature use it.
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

    /// The defaults as YAML, of every key by which the methods differ.
    var yaml: String {
        let cosine = "innerRate: {schedule: cosine, minimum: 0.2, decay: 50%}"
        let constant = "innerRate: {schedule: constant, minimum: 0.2}"
        let individual =
            "rule: individual, initial: 0.03, rho: 7.0, learningRate: 0.0133, gradient: fastclip2024"
        return switch self {
        case .clip: Self.yaml(normalizer: "batch", temperature: "rule: global")
        case .sogclr: Self.yaml(normalizer: "movingAverage, \(constant)", temperature: "rule: constant")
        case .isogclr: Self.yaml(normalizer: "movingAverage, \(constant)", temperature: individual)
        case .fastclipV0: Self.yaml(normalizer: "movingAverage, \(cosine)", temperature: "rule: global")
        case .fastclipV1: Self.yaml(normalizer: "movingAverage, \(cosine)", temperature: "rule: constant")
        case .fastclipV2: Self.yaml(normalizer: "movingAverage, \(cosine)", temperature: individual)
        case .fastclipV3:
            Self.yaml(
                normalizer: "movingAverage, \(cosine)",
                multiplied: true,
                temperature:
                    "rule: global, rho: 6.5, learningRate: 2e-4, schedule: stepThreshold, gradient: fastclip2024"
            )
        case .neuclip:
            Self.yaml(
                normalizer: "network",
                multiplied: true,
                temperature: "rule: global, rho: 6.5, learningRate: 2e-4, schedule: stepThreshold"
            )
        case .siglip:
            """
            objective: {kind: sigmoid, initialBias: -10}
            temperature: {rule: global, initial: 0.1, maximumScale: 1000}
            """
        }
    }

    private static func yaml(normalizer: String, multiplied: Bool = false, temperature: String) -> String {
        """
        objective: {kind: contrastive, multiplyByTemperature: \(multiplied), normalizer: \(normalizer)}
        temperature: {\(temperature)}
        """
    }

    /// The preset's values, with the recipe's own laid over them.
    func applied(to root: Node) throws -> Node {
        try defaults.overlaid(with: root)
    }

    var defaults: Node {
        get throws { try (Yams.compose(yaml: yaml) ?? .null).withoutMarks }
    }

    /// The preset that a recipe names, if it names one that exists.
    static func named(in root: Node) -> ObjectivePreset? {
        root.mapping?["objective"]?.mapping?["preset"]?.string.flatMap(Self.init(rawValue:))
    }
}

extension ObjectivePreset: RecipeChoice {}

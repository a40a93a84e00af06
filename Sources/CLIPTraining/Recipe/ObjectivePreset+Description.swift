import Yams

extension ObjectivePreset {
    /// A key of a recipe with the value that a preset gives it.
    public struct Setting: Equatable, Sendable, Codable {
        /// The key path, such as `temperature.rho`.
        public var key: String
        /// The value as YAML, in one line.
        public var value: String
    }

    /// The keys that the preset settles, in order, with their values; all other keys keep their defaults.
    ///
    /// - Throws: Nothing that a caller could cause: errors of the YAML parser.
    public var settings: [Setting] {
        get throws {
            let defaults = try defaults
            return ["objective", "temperature"].flatMap { section in
                (defaults.value(at: section)?.leafPaths(under: section) ?? []).compactMap { key in
                    defaults.value(at: key).map { Setting(key: key, value: $0.inlineText) }
                }
            }
        }
    }

    /// What the method is, in a few words.
    public var meaning: String {
        switch self {
        case .clip: "InfoNCE within the batch, one learned temperature"
        case .sogclr: "moving averages at a constant rate, constant temperature"
        case .isogclr: "moving averages at a constant rate, a robust temperature for each sample"
        case .fastclipV0: "moving averages at a rate that falls, one learned temperature"
        case .fastclipV1: "moving averages at a rate that falls, constant temperature"
        case .fastclipV2: "moving averages at a rate that falls, a robust temperature for each sample"
        case .fastclipV3: "moving averages at a rate that falls, one robust temperature"
        case .neuclip: "normalizers from a small network, one robust temperature"
        case .siglip: "each pair classified alone by a sigmoid, with a learned bias"
        }
    }

    /// Where the method was published, and whose numbers these are.
    public var source: String {
        switch self {
        case .clip: "Radford et al. 2021, arXiv:2103.00020"
        case .sogclr: "Yuan et al. 2022, arXiv:2202.12387, in FastCLIP's form; γ 0.2 is ours"
        case .isogclr: "Qiu et al. 2023, arXiv:2305.11965, in FastCLIP's form; γ 0.2 is ours"
        case .fastclipV0, .fastclipV1, .fastclipV2, .fastclipV3:
            "Wei et al. 2024, arXiv:2407.01445, numbers of its scripts for 3 million pairs"
        case .neuclip: "arXiv:2511.08417; ρ and rate are fastclip-v3's, as the paper gives none"
        case .siglip: "Zhai et al. 2023, arXiv:2303.15343"
        }
    }
}

extension ObjectivePreset {
    /// The number that the preset gives a key; nil where it settles none.
    func number(at key: String) -> Double? {
        (try? defaults)?.value(at: key)?.plainText.flatMap(Double.init(literal:))
    }
}

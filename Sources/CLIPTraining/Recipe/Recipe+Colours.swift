extension Recipe {
    /// Random brightness, contrast, saturation and hue, applied in a random order, as in torchvision.
    public struct ColorJitter: Equatable, Sendable {
        /// Largest change of the brightness factor.
        public var brightness = 0.0
        /// Largest change of the contrast factor.
        public var contrast = 0.0
        /// Largest change of the saturation factor.
        public var saturation = 0.0
        /// Largest turn of the hue, in shares of the circle.
        public var hue = 0.0
        /// Probability that an image is changed.
        public var probability = 0.0

        /// Makes open_clip's default: no change.
        public init() {}
    }
}

extension Recipe.ColorJitter: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "brightness",
                \.brightness,
                "The brightness factor is drawn from 1 - x (0 or more) to 1 + x.",
                .within(0...100)
            ),
            .init("contrast", \.contrast, "The same for the contrast.", .within(0...100)),
            .init("saturation", \.saturation, "The same for the saturation.", .within(0...100)),
            .init("hue", \.hue, "The hue turns by -x to x of the circle.", .within(0...0.5)),
            .init(
                "probability",
                \.probability,
                "Probability that an image is changed.",
                .within(0...1),
                aliases: ["color_jitter_prob", "prob", "p"]
            ),
        ]
    }

    /// Whether any of the four changes can happen.
    private var hasStrength: Bool { brightness > 0 || contrast > 0 || saturation > 0 || hue > 0 }

    func ignored(at path: String) -> [RecipeWarning] {
        let place = path.appending(key: "probability")
        if hasStrength, probability == 0 {
            let strengths = [
                ("brightness", brightness), ("contrast", contrast), ("saturation", saturation), ("hue", hue),
            ]
            return strengths.filter { $0.1 > 0 }.map { name, _ in
                RecipeWarning(
                    path: path.appending(key: name),
                    reason: "no image is changed: set `\(place)`, which is 0."
                )
            }
        }
        if probability > 0, !hasStrength {
            return [
                RecipeWarning(path: place, reason: "all four strengths beside it are 0; set one of them.")
            ]
        }
        return []
    }
}

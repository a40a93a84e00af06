extension Recipe {
    /// Random changes of training images, in open_clip's order: crop, resize, flip, colours, gray.
    public struct Augmentation: Equatable, Sendable {
        /// Share of the image's area that a crop keeps.
        public var scale = 0.9...1.0
        /// Width over height of a crop.
        public var ratio = 0.75...1.3333
        /// Probability of a mirror image.
        public var horizontalFlip = 0.0
        /// Filter of the resize, antialiased as in Pillow.
        public var interpolation: Interpolation = .bicubic
        /// Random changes of colour.
        public var colorJitter = ColorJitter()
        /// Probability that an image becomes gray.
        public var grayscale = 0.0

        /// Makes open_clip's defaults.
        public init() {}
    }

    /// Filter of a resize.
    public enum Interpolation: String, CaseIterable, Sendable {
        /// Cubic with a = -0.5.
        case bicubic
        /// Linear.
        case bilinear
    }

    /// Normalisation of pixel values: `(value - mean) / std` for each channel of values in 0…1.
    public struct Preprocess: Equatable, Sendable {
        /// Mean of each channel.
        public var mean: ChannelStatistics = .preset(.openai)
        /// Standard deviation of each channel.
        public var std: ChannelStatistics = .preset(.openai)

        /// Makes OpenAI's statistics.
        public init() {}

        /// The mean of red, green and blue.
        public var meanValues: [Double] { mean.values { $0.mean } }

        /// The standard deviation of red, green and blue.
        public var stdValues: [Double] { std.values { $0.std } }
    }
}

extension Recipe.Interpolation: RecipeChoice {}

extension Recipe.Augmentation: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init("scale", \.scale, "Share of the image's area that a random crop keeps.", .shareOfOne),
            .init("ratio", \.ratio, "Width over height of a random crop.", .aspectRatios),
            .init(
                "horizontalFlip",
                \.horizontalFlip,
                "Probability of a mirror image.",
                .within(0...1),
                aliases: ["hflip", "flip"]
            ),
            .init("interpolation", \.interpolation, "Filter of the resize, antialiased as in Pillow."),
            .init("colorJitter", \.colorJitter, "Random changes of colour, in a random order."),
            .init(
                "grayscale",
                \.grayscale,
                "Probability that an image becomes gray.",
                .within(0...1),
                aliases: ["gray_scale_prob", "gray_scale"]
            ),
        ]
    }
}

extension Recipe.Preprocess: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "mean",
                \.mean,
                "Mean of each channel: a list, or the name of known statistics.",
                aliases: ["image_mean"]
            ),
            .init(
                "std",
                \.std,
                "Standard deviation of each channel: a list, or the name of known statistics.",
                RecipeCheck(rule: "greater than 0") { value in
                    value.values { $0.std }.allSatisfy { $0 > 0 }
                },
                aliases: ["image_std"]
            ),
        ]
    }
}

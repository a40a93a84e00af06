public import CLIPModels

extension Recipe {
    /// Random changes of training images, in open_clip's order: crop, resize, flip, colours, gray.
    public struct Augmentation: Equatable, Sendable {
        /// Share of the image's area that a crop keeps.
        public var scale = 0.9...1.0
        /// Width over height of a crop.
        public var ratio = 0.75...1.3333
        /// Probability of a mirror image.
        public var horizontalFlip = 0.0
        /// Filter of the resize, antialiased as in Pillow; nil for that of evaluations.
        public var interpolation: Interpolation?
        /// Random changes of colour.
        public var colorJitter = ColorJitter()
        /// Probability that an image becomes gray.
        public var grayscale = 0.0

        /// Makes open_clip's defaults.
        public init() {}
    }

    /// Filter of a resize.
    public typealias Interpolation = Preprocessing.Interpolation

    /// What the model's checkpoints say of pictures: normalisation of pixel values, `(value - mean) / std` for each channel
    /// of values in 0…1, and the filter of evaluations.
    ///
    /// What is nil is as the weights say that the run starts from.
    public struct Preprocess: Equatable, Sendable {
        /// Mean of each channel.
        public var mean: ChannelStatistics?
        /// Standard deviation of each channel.
        public var std: ChannelStatistics?
        /// Filter of the resize in evaluations.
        public var interpolation: Interpolation?

        /// Says nothing.
        public init() {}

        /// The mean of red, green and blue; OpenAI's where the recipe says nothing.
        public var meanValues: [Double] { (mean ?? .preset(.openai)).values { $0.mean } }

        /// The standard deviation of red, green and blue, likewise.
        public var stdValues: [Double] { (std ?? .preset(.openai)).values { $0.std } }
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
            .init(
                "interpolation",
                \.interpolation,
                "Filter of the resize, antialiased as in Pillow; `null` for `preprocess.interpolation`."
            ),
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
                "Mean of each channel: a list, or the name of known statistics; `null` as the weights of `model.initialize` say, "
                    + "or `openai`.",
                aliases: ["image_mean"]
            ),
            .init(
                "std",
                \.std,
                "Standard deviation of each channel, likewise.",
                RecipeCheck(rule: "greater than 0") { value in
                    value.values { $0.std }.allSatisfy { $0 > 0 }
                },
                aliases: ["image_std"]
            ),
            .init(
                "interpolation",
                \.interpolation,
                "Filter of the resize in evaluations, which checkpoints carry; `null` as the weights of `model.initialize` "
                    + "say, or as in training, or `bicubic`."
            ),
        ]
    }
}

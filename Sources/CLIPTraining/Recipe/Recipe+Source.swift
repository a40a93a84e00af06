extension Recipe {
    /// The image-text pairs and how they are read.
    public struct Source: Equatable, Sendable {
        /// What to do with transparency.
        public enum Alpha: String, CaseIterable, Sendable {
            /// Composite the picture on white.
            case white
            /// Leave the alpha channel out, as Pillow's conversion to RGB does.
            case drop
        }

        /// In which order samples come.
        public enum Shuffle: String, CaseIterable, Sendable {
            /// A permutation of all samples, new in each epoch; needs the index.
            case global
        }

        /// Shards: paths, brace patterns or globs.
        public var train = Shards()
        /// The caption of each visit.
        public var captions = Captions()
        /// Suffixes under which a sample's image may lie; the first that a sample has is taken.
        public var imageFields = ["jpg", "png", "jpeg", "webp"]
        /// What to do with transparency.
        public var alpha: Alpha = .white
        /// Images with more pixels than this count as bad samples and are not decoded.
        public var maximumPixels = 100_000_000
        /// Share of bad samples above which the run stops.
        public var maximumBadSampleRate = 0.05
        /// Threads that decode and transform images.
        public var workers: CountChoice = .automatic
        /// In which order samples come.
        public var shuffle: Shuffle = .global

        /// Makes settings with the required shards still empty.
        public init() {}
    }
}

extension Recipe.Source.Alpha: RecipeChoice {}
extension Recipe.Source.Shuffle: RecipeChoice {}

extension Recipe.Source: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "train",
                \.train,
                "Training shards: a path, brace pattern or glob, or a list of them.",
                required: true,
                aliases: ["train_data", "train-data", "shards", "urls", "path"]
            ),
            .init("captions", \.captions, "The caption of each visit of a sample."),
            .init(
                "imageFields",
                \.imageFields,
                "Suffixes under which a sample's image may lie; the first that it has is taken.",
                .namesOnce
            ),
            .init(
                "alpha",
                \.alpha,
                "Transparency: composite on `white`, or `drop` the channel as Pillow does."
            ),
            .init(
                "maximumPixels",
                \.maximumPixels,
                "Images with more pixels count as bad samples and are not decoded.",
                .atLeast(1)
            ),
            .init(
                "maximumBadSampleRate",
                \.maximumBadSampleRate,
                "Share of bad samples above which the run stops.",
                .within(0...1)
            ),
            .init(
                "workers",
                \.workers,
                "Threads that decode images; `auto` is one per core, or half as many where the model computes on the CPU.",
                .positive,
                aliases: ["num_workers", "num-workers"]
            ),
            .init("shuffle", \.shuffle, "`global`: a new permutation of all samples in each epoch."),
        ]
    }
}

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

        /// How JPEGs are decoded.
        public enum Decode: String, CaseIterable, Sendable {
            /// With the pixels that Pillow makes.
            case exact
            /// Faster, with close pixels: smaller where enough, and scaled before colours are converted.
            case fast
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
        /// How JPEGs are decoded.
        public var decode: Decode = .exact
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

    /// The caption of each visit of a sample.
    public struct Captions: Equatable, Sendable {
        /// How one of the captions that a sample has is chosen.
        public enum Rule: String, CaseIterable, Sendable {
            /// The first in the order of `fields`.
            case first
            /// Each with the same probability, drawn anew at each visit.
            case uniform
            /// With probabilities in proportion to `weights`, drawn anew at each visit.
            case weighted
        }

        /// Suffixes of the captions, such as `txt`, or `json:caption` for a key inside a JSON file.
        public var fields = ["txt"]
        /// How one of them is chosen.
        public var rule: Rule = .uniform
        /// Weights of the fields for the rule `weighted`.
        public var weights: [Double]?
        /// Captions of each image in a batch, for the multi-text objective.
        public var perImage = 1

        /// Makes the default: the caption in `txt`.
        public init() {}
    }
}

extension Recipe.Source.Alpha: RecipeChoice {}
extension Recipe.Source.Decode: RecipeChoice {}
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
                "decode",
                \.decode,
                "JPEGs for training: `exact`, with Pillow's pixels, or `fast`, with close ones."
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

extension Recipe.Captions.Rule: RecipeChoice {}

extension Recipe.Captions: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "fields",
                \.fields,
                "Suffixes of the captions, such as `txt`, or `json:caption` for a key inside a JSON file.",
                .namesOnce,
                aliases: ["caption_key", "text"]
            ),
            .init(
                "rule",
                \.rule,
                "Which of the captions that a sample has is taken at each visit: the `first`, or one drawn."
            ),
            .init(
                "weights",
                \.weights,
                "Weights of the fields for the rule `weighted`.",
                RecipeCheck(rule: "numbers above 0") { weights in
                    weights.allSatisfy { $0 > 0 }
                }
            ),
            .init(
                "perImage",
                \.perImage,
                "Captions that each image has in a batch; more than one makes the multi-text loss (experimental).",
                .within(1...1024)
            ),
        ]
    }

    func conflicts(at path: String) -> [RecipeProblem] {
        guard rule == .weighted, weights?.count != fields.count else { return [] }
        let found = weights.map { "\($0.count) weights" } ?? "no weights"
        let reason = "there are \(found) for \(fields.count) fields; the rule `weighted` needs one for each."
        return [RecipeProblem(.conflict(reason: reason), path: path.appending(key: "weights"))]
    }

    func ignored(at path: String) -> [RecipeWarning] {
        guard weights != nil, rule != .weighted else { return [] }
        let reason = "the rule is `\(rule.rawValue)`; set `\(path).rule` to `weighted`."
        return [RecipeWarning(path: path.appending(key: "weights"), reason: reason)]
    }
}

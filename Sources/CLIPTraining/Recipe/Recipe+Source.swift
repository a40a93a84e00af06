import CLIPData
public import CLIPModels

extension Recipe {
    /// The image-text pairs and how they are read.
    public struct Source: Equatable, Sendable {
        /// How JPEGs are decoded.
        public enum Decode: String, CaseIterable, Sendable {
            /// With the pixels that Pillow makes.
            case exact
            /// Faster, with close pixels: smaller where enough, and scaled before colours are converted.
            case fast
        }

        /// In which order samples come.
        public enum Shuffle: String, CaseIterable, Sendable {
            /// `global` where all data can be read at random, `blocks` elsewhere.
            case automatic = "auto"
            /// A permutation of all samples, new in each epoch.
            case global
            /// Shards in a new order in each epoch, and a permutation of the samples of some shards at a time.
            case blocks
        }

        /// The sources: shards, tables, lists and folders, by path, brace pattern, glob, address or command.
        public var train = DataSources()
        /// The caption of each visit.
        public var captions = Captions()
        /// Suffixes under which a sample's image may lie; the first that a sample has is taken.
        public var imageFields = UsualNames.imageFields
        /// What to do with transparency; nil, here and in the next two, as the weights say that the run starts from.
        public var alpha: PixelReading.Alpha?
        /// What to do with the orientation that pictures ask for.
        public var orientation: PixelReading.Orientation?
        /// What to do with gray of 16 bits.
        public var gray16: PixelReading.Gray16?
        /// How JPEGs are decoded.
        public var decode: Decode = .exact
        /// Images with more pixels than this count as bad samples and are not decoded.
        public var maximumPixels = 100_000_000
        /// Share of bad samples above which the run stops.
        public var maximumBadSampleRate = 0.05
        /// Threads that decode and transform images.
        public var workers: CountChoice = .automatic
        /// In which order samples come.
        public var shuffle: Shuffle = .automatic
        /// Shards that are read at a time with `shuffle: blocks`.
        public var window = 8
        /// Where bytes of data that is no plain local file are kept.
        public var cache = Cache()
        /// How servers are asked.
        public var remote = Remote()

        /// Makes settings with the required shards still empty.
        public init() {}
    }
}

extension PixelReading.Alpha: RecipeChoice {}
extension PixelReading.Orientation: RecipeChoice {}
extension PixelReading.Gray16: RecipeChoice {}
extension Recipe.Source.Decode: RecipeChoice {}
extension Recipe.Source.Shuffle: RecipeChoice {}

extension Recipe.Source: RecipeSection {
    static var fields: [RecipeField<Self>] {
        [
            .init(
                "train",
                \.train,
                "The training data: shards, tables (`.csv`, `.tsv`), lists (`.jsonl`) and folders of pictures, by path, "
                    + "brace pattern, glob, `https://` or `pipe:` command; or a list of them, each perhaps as "
                    + "`{source: …, weight: …}`.",
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
                "Transparency: composite on `white`, or `drop` the alpha channel as open_clip does; `null` as the weights of "
                    + "`model.initialize` say, or `drop`."
            ),
            .init(
                "orientation",
                \.orientation,
                "The orientation in EXIF or XMP data: `ignore` it as open_clip does, or `apply` it before the crop; `null` as "
                    + "for `alpha`, or `ignore`.",
                aliases: ["exif", "exif_transpose"]
            ),
            .init(
                "gray16",
                \.gray16,
                "Gray of 16 bits: `clip` at 255 as Pillow does, or `scale` to 8 bits; `null` as for `alpha`, or `clip`."
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
                "Threads that decode images; `auto` starts with one per core, or half as many where the model computes on "
                    + "the CPU, and follows what steps need.",
                .threadCount,
                aliases: ["num_workers", "num-workers"]
            ),
            .init(
                "shuffle",
                \.shuffle,
                "The order, new in each epoch: `global` permutes all samples; `blocks` permutes shards, and the samples of "
                    + "`window` shards at a time, for what cannot be read at random; `auto` chooses."
            ),
            .init(
                "window",
                \.window,
                "Shards that are read at a time with `shuffle: blocks`.",
                .within(1...4096),
                aliases: ["shuffle_buffer", "buffer"]
            ),
            .init("cache", \.cache, "Where bytes from servers, commands and compressed shards are kept."),
            .init("remote", \.remote, "How servers are asked."),
        ]
    }
}

extension Recipe.Source {
    func ignored(at path: String) -> [RecipeWarning] {
        guard window != Self().window, shuffle == .global else { return [] }
        let reason = "the shuffle is `global`; set `\(path).shuffle` to `blocks`."
        return [RecipeWarning(path: path.appending(key: "window"), reason: reason)]
    }
}

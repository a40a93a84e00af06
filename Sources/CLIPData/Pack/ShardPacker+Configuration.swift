extension ShardPacker {
    /// How shards are named.
    public enum Layout: String, Codable, CaseIterable, Sendable {
        /// `00000.tar`, `00001.tar` …
        case webdataset
        /// `test/0.tar`, `test/1.tar` … and `test/nshards.txt`, which CLIP_benchmark reads.
        case benchmark
    }

    /// How pictures are stored.
    public enum ImageFormat: String, Codable, CaseIterable, Sendable {
        /// The file as it is; only pictures that are made smaller are written anew, in their own format or PNG.
        case keep
        /// PNG without transparency.
        case png
        /// JPEG of quality 92 without chroma subsampling.
        case jpeg
    }

    /// What is packed, how it is cleaned and where it goes.
    public struct Configuration: Codable, Equatable, Sendable {
        /// A `.jsonl`, `.csv` or `.tsv` listing, or a folder of pictures with `.txt` or `.json` sidecars; a name for
        /// messages where the samples come from a `SampleSource`.
        public var input: String
        /// The folder for the shards and `manifest.json`.
        public var output: String
        /// Replaces the shards of an earlier packing in `output`.
        public var force = false
        /// The number of samples in each shard but the last.
        public var samplesPerShard = 1000
        /// How shards are named.
        public var layout = Layout.webdataset
        /// How pictures are stored.
        public var imageFormat = ImageFormat.keep
        /// What becomes of transparency where pictures are compared and written anew; nil drops the alpha channel of those that
        /// stay as they are, as training does by default, and composites those that are written anew on white.
        public var alpha: ImageDecoder.Alpha?
        /// The longest side in pixels; longer pictures are scaled down. Nil leaves sizes alone.
        public var maximumSide: Int?
        /// Pictures whose shorter side, after scaling, has fewer pixels are dropped.
        public var minimumSide = 8
        /// Pictures whose header declares more pixels are dropped unread.
        public var maximumPixels = 50_000_000
        /// The fields of tables and lists that hold captions, and suffixes of files beside pictures, best first; the first
        /// one found becomes the member `txt`.
        /// What a list has under `captions` comes after them.
        public var captionFields = PackListing.usualFields
        /// Caption fields of shards, as in a caption policy: the first usable one becomes the member `txt`.
        public var shardCaptions = ["txt"]
        /// Writes all captions into `txt`, one per line, as retrieval benchmarks read them.
        public var joinCaptions = false
        /// Drops pictures without a caption.
        public var requireCaption = true
        /// Drops pictures of one colour.
        public var dropBlank = true
        /// Drops samples whose picture and captions equal an earlier one's.
        public var dropDuplicates = true
        /// Drops samples whose picture looks like an earlier one that was kept: the perceptual hashes differ in at most
        /// so many of 64 bits. Nil keeps them.
        public var nearDistance: Int?
        /// Worker threads; the result does not depend on it.
        public var threads = 2

        /// Creates a configuration with the usual cleaning.
        public init(input: String, output: String) {
            self.input = input
            self.output = output
        }

        func validate() throws(PackError) {
            let limits: [(String, Int, Int)] = [
                ("--shard-size", samplesPerShard, 1), ("--max-side", maximumSide ?? 1, 1),
                ("--min-side", minimumSide, 1), ("--max-pixels", maximumPixels, 1), ("--threads", threads, 1),
            ]
            for (name, value, least) in limits where value < least {
                throw .setting(name: name, found: value, expected: "\(least) or more")
            }
            if let nearDistance, !DataCheckSettings.nearDistances.contains(nearDistance) {
                throw .setting(name: "--near-duplicates", found: nearDistance, expected: "0 to 8")
            }
            if let maximumSide, maximumSide < minimumSide {
                throw .setting(
                    name: "--max-side",
                    found: maximumSide,
                    expected: "\(minimumSide) (--min-side) or more"
                )
            }
        }
    }
}

/// What a data set looks like: captions, images, duplicates.
public struct DataStatistics: Sendable, Codable, Equatable {
    /// One caption field.
    public struct Captions: Sendable, Codable, Equatable {
        /// The field's name.
        public var field: String
        /// Samples that have it, not blank.
        public var present: Int
        /// Samples that have it, but blank.
        public var blank: Int
        /// Samples whose member holds no such field because it cannot be read, such as broken JSON.
        public var damaged: Int
        /// Length in characters.
        public var characters: Distribution
        /// Length in words.
        public var words: Distribution
        /// Length in tokens, where a tokenizer was given.
        public var tokens: Distribution?
    }

    /// The images.
    public struct Images: Sendable, Codable, Equatable {
        /// How many images have each format.
        public var formats: [String: Int]
        /// Samples without an image field.
        public var missing: Int
        /// Images whose header cannot be read.
        public var unreadable: Int
        /// Encoded size in bytes.
        public var bytes: Distribution
        /// Width in pixels.
        public var width: Distribution
        /// Height in pixels.
        public var height: Distribution
        /// The shorter side in pixels.
        public var shortSide: Distribution
    }

    /// A caption that occurs several times.
    public struct RepeatedCaption: Sendable, Codable, Equatable {
        /// The caption as one of the samples has it, on one line and cut behind 400 characters.
        public var text: String
        /// How often it occurs, apart from letter case and white space.
        public var count: Int
    }

    /// Samples in the data set.
    public var samples: Int
    /// Samples that were looked at.
    public var examined: Int
    /// How many samples have each field.
    public var fields: [String: Int]
    /// Samples without any usable caption.
    public var samplesWithoutCaption: Int
    /// The caption fields.
    public var captions: [Captions]
    /// Which caption fields samples have together, not blank.
    public var coverage: [FieldCoverage]
    /// Captions, of all fields, that another one equals apart from letter case and white space.
    public var captionsThatRepeat: Int
    /// The most frequent repeated captions.
    public var mostRepeated: [RepeatedCaption]
    /// The images, where a probe was given.
    public var images: Images?
}

/// What an image's header says.
public struct ProbedImage: Sendable {
    /// The format's name.
    public var format: String
    /// Width in pixels.
    public var width: Int
    /// Height in pixels.
    public var height: Int

    /// Creates a value.
    public init(format: String, width: Int, height: Int) {
        self.format = format
        self.width = width
        self.height = height
    }

    /// Reads an image's header with a decoder; what `gather` takes for its probe.
    ///
    /// The number of pixels is not limited, since nothing is decoded.
    public static let header: @Sendable (UnsafeRawBufferPointer, ImageWorkspace) throws -> ProbedImage = {
        encoded,
        workspace in
        let header = try ImageDecoder(maxPixels: .max).header(of: encoded, workspace: workspace)
        return ProbedImage(format: header.format.rawValue, width: header.width, height: header.height)
    }
}

/// How a file becomes pixels, where that is a matter of choice: what a checkpoint carries, and training, evaluation and
/// embedding obey.
///
/// open_clip has no words for it, as its pixels are always those of the defaults here but for what `docs/images.md` lists.
/// It is written under `swift_clip.pixels` of `open_clip_config.json`, which open_clip ignores.
public struct PixelReading: Sendable, Equatable {
    /// What becomes of transparency.
    public enum Alpha: String, Sendable, CaseIterable {
        /// Pictures are composited on white.
        case white
        /// The alpha channel is left out, as Pillow's `convert("RGB")` does.
        case drop
    }

    /// What becomes of the orientation that a picture's EXIF or XMP data ask for.
    public enum Orientation: String, Sendable, CaseIterable {
        /// Pixels stand as they are stored.
        case ignore
        /// Pixels are turned upright first.
        case apply
    }

    /// What becomes of gray of 16 bits.
    public enum Gray16: String, Sendable, CaseIterable {
        /// Values above 255 become 255, as in Pillow.
        case clip
        /// Values lose their low byte.
        case scale
    }

    /// What becomes of transparency.
    public var alpha: Alpha
    /// What becomes of orientations.
    public var orientation: Orientation
    /// What becomes of gray of 16 bits.
    public var gray16: Gray16

    /// Creates a description; the default is open_clip's.
    public init(alpha: Alpha = .drop, orientation: Orientation = .ignore, gray16: Gray16 = .clip) {
        self.alpha = alpha
        self.orientation = orientation
        self.gray16 = gray16
    }

    /// Some of the settings, in place of those that a checkpoint names.
    public struct Changes: Sendable, Equatable {
        /// What becomes of transparency; nil for what the checkpoint says.
        public var alpha: Alpha?
        /// What becomes of orientations; nil for what the checkpoint says.
        public var orientation: Orientation?
        /// What becomes of gray of 16 bits; nil for what the checkpoint says.
        public var gray16: Gray16?

        /// Creates a set of changes; without arguments nothing changes.
        public init(alpha: Alpha? = nil, orientation: Orientation? = nil, gray16: Gray16? = nil) {
            self.alpha = alpha
            self.orientation = orientation
            self.gray16 = gray16
        }
    }

    /// The same with some settings changed.
    public func changed(by changes: Changes) -> PixelReading {
        PixelReading(
            alpha: changes.alpha ?? alpha,
            orientation: changes.orientation ?? orientation,
            gray16: changes.gray16 ?? gray16
        )
    }
}

extension PixelReading {
    /// What builds of this library did before their checkpoints said it.
    static let unstated = PixelReading(alpha: .white)

    /// Reads `swift_clip.pixels`; what it does not say is the default.
    init(_ reader: inout ConfigurationReader) throws {
        self.init(
            alpha: try reader.choice("alpha", default: .drop),
            orientation: try reader.choice("orientation", default: .ignore),
            gray16: try reader.choice("gray16", default: .clip)
        )
        // Settings of a later version change what the weights mean.
        try reader.finish()
    }

    /// The `swift_clip.pixels` object.
    var json: [String: String] {
        ["alpha": alpha.rawValue, "orientation": orientation.rawValue, "gray16": gray16.rawValue]
    }
}

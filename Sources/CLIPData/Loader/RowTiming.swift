/// Where a worker's time went, in seconds of its own clock, waiting included.
public struct RowTiming: Sendable, Equatable {
    /// Reading and tokenizing captions.
    public var text = 0.0
    /// Waiting for the disk or the network to give the image's bytes.
    public var read = 0.0
    /// Decoding images.
    public var decode = 0.0
    /// Cropping, scaling and changing them.
    public var transform = 0.0
    /// How many pictures were read.
    public var imagesRead = 0

    /// Creates a timing of zeros.
    public init() {}

    /// All phases together.
    public var total: Double { text + read + decode + transform }

    /// Adds another timing.
    public static func += (sum: inout RowTiming, other: RowTiming) {
        sum.text += other.text
        sum.read += other.read
        sum.decode += other.decode
        sum.transform += other.transform
        sum.imagesRead += other.imagesRead
    }

    /// What went by since an earlier state of the same sum.
    public static func - (now: RowTiming, earlier: RowTiming) -> RowTiming {
        var rest = RowTiming()
        rest.text = now.text - earlier.text
        rest.read = now.read - earlier.read
        rest.decode = now.decode - earlier.decode
        rest.transform = now.transform - earlier.transform
        rest.imagesRead = now.imagesRead - earlier.imagesRead
        return rest
    }

    /// The phase that took longest.
    public var longestPhase: Phase {
        let phases: [(Phase, Double)] = [
            (.decode, decode), (.transform, transform), (.read, read), (.text, text),
        ]
        return phases.max { $0.1 < $1.1 }?.0 ?? .decode
    }

    /// A phase of a row's making.
    public enum Phase: String, Sendable, Hashable {
        /// Bytes from the disk or the network.
        case read
        /// The image's compression.
        case decode
        /// Crop, scale and colour.
        case transform
        /// Captions.
        case text
    }
}

/// A clock that is cheap enough to be read several times a row.
struct PhaseClock {
    private var last = ContinuousClock.now

    /// Seconds since the last call.
    mutating func lap() -> Double {
        let now = ContinuousClock.now
        defer { last = now }
        return (now - last) / .seconds(1)
    }
}

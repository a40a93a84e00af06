/// Random changes of colour: torchvision's `ColorJitter` with a probability, then gray with a probability.
///
/// Factors of brightness, contrast and saturation are drawn from `max(0, 1 - x) ... 1 + x`, the turn of the hue from
/// `-hue ... hue` of the circle, and the four are applied in a random order. Given the same draws the bytes equal
/// those that torchvision makes of Pillow's images.
public struct ColourChange: Sendable, Hashable {
    /// Strengths of the four changes; 0 leaves one out. `hue` is at most 0.5.
    public var brightness, contrast, saturation, hue: Double
    /// The probability that the four are applied.
    public var probability: Double
    /// The probability of gray, drawn after the four.
    public var grayProbability: Double

    /// Creates a distribution; without arguments nothing changes.
    public init(
        brightness: Double = 0,
        contrast: Double = 0,
        saturation: Double = 0,
        hue: Double = 0,
        probability: Double = 0,
        grayProbability: Double = 0
    ) {
        precondition(
            [brightness, contrast, saturation].allSatisfy { $0 >= 0 && $0.isFinite }
                && (0...0.5).contains(hue),
            "strengths are not negative, and the hue turns by half the circle at most"
        )
        self.brightness = brightness
        self.contrast = contrast
        self.saturation = saturation
        self.hue = hue
        self.probability = probability
        self.grayProbability = grayProbability
    }

    /// Whether an image may change at all.
    public var isActive: Bool {
        (probability > 0 && (brightness > 0 || contrast > 0 || saturation > 0 || hue > 0))
            || grayProbability > 0
    }

    /// One change with what was drawn for it.
    enum Step: Hashable {
        case brightness(Float)
        case contrast(Float)
        case saturation(Float)
        /// In 256ths of the circle, cut off towards zero, as torchvision does.
        case hue(UInt8)
        case gray
    }

    /// Draws what happens to one image, in the order in which it happens.
    ///
    /// The count of draws does not depend on what they decide: whether the four are applied, their order (three
    /// draws), their values (four), and gray.
    func steps(using random: inout some RandomNumberGenerator) -> [Step] {
        let isApplied = random.uniform() < probability
        var order = [0, 1, 2, 3]
        for place in 0..<3 { order.swapAt(place, place + random.index(below: 4 - place)) }
        func factor(_ strength: Double) -> Float {
            let low = max(0, 1 - strength)
            return Float(low + (1 + strength - low) * random.uniform())
        }
        let drawn: [(Double, Step)] = [
            (brightness, .brightness(factor(brightness))),
            (contrast, .contrast(factor(contrast))),
            (saturation, .saturation(factor(saturation))),
            (hue, .hue(Self.shift(Float(hue * (2 * random.uniform() - 1))))),
        ]
        let isGray = random.uniform() < grayProbability
        let changes = isApplied ? order.map { drawn[$0] }.filter { $0.0 > 0 }.map(\.1) : []
        return changes + (isGray ? [.gray] : [])
    }

    /// A turn in shares of the circle as a step of the 8-bit hue.
    static func shift(_ turn: Float) -> UInt8 { UInt8(truncatingIfNeeded: Int(Double(turn) * 255)) }
}

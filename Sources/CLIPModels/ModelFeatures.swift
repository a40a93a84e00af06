public import Torch

/// What a model makes of a batch.
public struct ModelFeatures {
    /// Unit rows `[B, D]`; nil where the side was not asked for.
    public var image: Tensor?
    /// Unit rows `[N, D]`; nil where the side was not asked for.
    public var text: Tensor?
    /// Losses that the model adds to the objective's, by name: rank 0, each the mean over the rows of the input.
    public var auxiliaryLosses: [String: Tensor]

    /// Describes features.
    public init(image: Tensor?, text: Tensor?, auxiliaryLosses: [String: Tensor] = [:]) {
        self.image = image
        self.text = text
        self.auxiliaryLosses = auxiliaryLosses
    }
}

/// The two sides of a pair.
public struct FeatureSides: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: Int

    /// Creates a set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Features of images.
    public static let image = FeatureSides(rawValue: 1)
    /// Features of texts.
    public static let text = FeatureSides(rawValue: 2)
    /// Both.
    public static let both: FeatureSides = [.image, .text]
}

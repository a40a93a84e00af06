/// The mean and standard deviation that a model's image input is normalised with, per channel of `0...1`.
///
/// A model sees `(byte / 255 - mean) / std`.
public struct Normalization: Sendable, Hashable, Codable {
    /// Red, green and blue means.
    public var mean: [Double]
    /// Red, green and blue standard deviations.
    public var std: [Double]

    /// Creates a normalisation from three means and three positive standard deviations.
    public init(mean: [Double], std: [Double]) {
        precondition(mean.count == 3 && std.count == 3, "there are three channels")
        self.mean = mean
        self.std = std
    }

    /// The statistics of OpenAI's CLIP, also of LAION, DataComp, DFN, MetaCLIP and EVA models.
    public static let openAI = Normalization(
        mean: [0.48145466, 0.4578275, 0.40821073],
        std: [0.26862954, 0.26130258, 0.27577711]
    )

    /// The statistics of ImageNet, used by CLIPA.
    public static let imageNet = Normalization(mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])

    /// `-1...1`, used by SigLIP and PE-Core.
    public static let half = Normalization(mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5])

    /// `0...1` as it is, used by small MobileCLIP models.
    public static let identity = Normalization(mean: [0, 0, 0], std: [1, 1, 1])
}

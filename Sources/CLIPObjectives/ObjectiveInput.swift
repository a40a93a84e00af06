public import Torch

/// One rank's slice of a batch: `b` samples with unit-norm features in float32 (or float64).
///
/// Slices are equally large on all ranks; row `i` of rank `r` is sample `r · b + i` of the batch.
public struct ObjectiveInput {
    /// Image features `[b, D]`.
    public var image: Tensor
    /// Text features `[b, D]`, or `[b, k, D]` with `k` captions for each image.
    public var text: Tensor
    /// The parameters that belong to the loss, by name, for example `logit_scale`.
    public var parameters: [String: Tensor]
    /// Each sample's place in the data set, `b` numbers on the host, for objectives with state per sample.
    public var ordinals: [Int64]?
    /// Keys, int64 `[b]`, or `[b, k]` with a key for each caption: samples with equal keys are not negatives of each
    /// other. Where both sides are texts, `[b, 1 + k]` with the image side's key first.
    public var groups: Tensor?
    /// Passes through the data that were complete when the batch began.
    public var epoch: Int

    /// Creates an input; features may require gradients, which are not recorded.
    public init(
        image: Tensor,
        text: Tensor,
        parameters: [String: Tensor],
        ordinals: [Int64]? = nil,
        groups: Tensor? = nil,
        epoch: Int = 0
    ) {
        self.image = image
        self.text = text
        self.parameters = parameters
        self.ordinals = ordinals
        self.groups = groups
        self.epoch = epoch
    }
}

extension ObjectiveInput {
    /// The number of samples on this rank.
    var count: Int { image.size(0) }

    /// Refuses what does not fit together, from shapes and types alone.
    ///
    /// - Parameter queriesAreTexts: Whether rows of the image side have keys too.
    func validate(queriesAreTexts: Bool = false) throws {
        let images = image.shape
        guard images.count == 2, images[0] > 0, images[1] > 0 else {
            throw ObjectiveError.shape("image features", found: images, expected: "[b, D] with b and D ≥ 1")
        }
        let texts = text.shape
        let isPaired = texts == images
        let hasCaptions =
            texts.count == 3 && texts[0] == images[0] && texts[1] > 0 && texts[2] == images[1]
        guard isPaired || hasCaptions else {
            throw ObjectiveError.shape(
                "text features",
                found: texts,
                expected: "\(images) or [\(images[0]), captions, \(images[1])], as for the images"
            )
        }
        for (name, features) in [("image features", image), ("text features", text)] {
            guard features.dtype == .float32 || features.dtype == .float64, features.dtype == image.dtype
            else {
                throw ObjectiveError.type(name, found: features.dtype, expected: "float32 for both sides")
            }
        }
        if let ordinals, ordinals.count != images[0] {
            throw ObjectiveError.shape("ordinals", found: [ordinals.count], expected: "[\(images[0])]")
        }
        if let groups {
            guard groups.dtype == .int64 else {
                throw ObjectiveError.type("groups", found: groups.dtype, expected: "int64")
            }
            if queriesAreTexts {
                let expected = [images[0], 1 + (hasCaptions ? texts[1] : 1)]
                guard groups.shape == expected else {
                    throw ObjectiveError.shape("groups", found: groups.shape, expected: "\(expected)")
                }
                return
            }
            let isKeyPerCaption = hasCaptions && groups.shape == Array(texts[..<2])
            guard groups.shape == [images[0]] || isKeyPerCaption else {
                throw ObjectiveError.shape("groups", found: groups.shape, expected: "[\(images[0])]")
            }
        }
    }

    /// The input with one of the captions of each image.
    func with(caption: Int) throws -> ObjectiveInput {
        var pairs = self
        pairs.text = try text.select(caption, dim: 1).contiguous()
        if let groups, groups.rank == 2 { pairs.groups = try groups.select(caption, dim: 1).contiguous() }
        return pairs
    }
}

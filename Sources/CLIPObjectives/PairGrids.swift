internal import Torch
internal import TorchDistributed

/// This rank's image anchors against all texts, and its text anchors against all images.
///
/// One process holds both directions of the same pairs. Several compute two products each, but then exchange two
/// numbers per sample instead of the gradients of each other's features.
struct PairGrids {
    let input: ObjectiveInput
    let images, texts: SimilarityGrid
    let allImages, allTexts: Tensor
    /// 1/τ of this rank's anchors, `[b]` or `[1]`.
    let imageScale, textScale: Tensor

    init(
        _ input: ObjectiveInput,
        scales: (image: Tensor, text: Tensor),
        workspace: Int,
        collective: any Collective
    ) throws {
        let groups = try input.groups.map { (anchors: $0, candidates: try collective.gather($0)) }
        let allTexts = try collective.gather(input.text)
        // Individual temperatures are part of what ranks exchange; one for all is known to each.
        func everyones(_ scale: Tensor) throws -> Tensor {
            scale.size(0) == 1 && input.count > 1 ? scale : try collective.gather(scale)
        }
        let isShared = scales.image === scales.text
        let allTextScales = try isShared ? scales.text : everyones(scales.text)
        let images = try SimilarityGrid(
            anchors: input.image,
            candidates: allTexts,
            anchorScale: scales.image,
            candidateScale: allTextScales,
            firstPositive: collective.rank * input.count,
            groups: groups,
            workspace: workspace
        )
        let allImages = try collective.gather(input.image)
        self.images = images
        texts =
            collective.count == 1
            ? try images.transposed()
            : try SimilarityGrid(
                anchors: input.text,
                candidates: allImages,
                anchorScale: scales.text,
                candidateScale: isShared ? scales.image : everyones(scales.image),
                firstPositive: collective.rank * input.count,
                groups: groups,
                workspace: workspace
            )
        self.input = input
        self.allImages = allImages
        self.allTexts = allTexts
        (imageScale, textScale) = scales
    }

    func statistics() throws -> (image: AnchorStatistics, text: AnchorStatistics) {
        (try images.statistics(.image), try texts.statistics(.text))
    }

    func normalizerInput(
        _ image: AnchorStatistics,
        _ text: AnchorStatistics,
        captionSet: Int,
        countsTexts: Bool
    ) -> NormalizerInput {
        NormalizerInput(
            image: image,
            text: text,
            imageFeatures: input.image,
            textFeatures: input.text,
            allImages: allImages,
            allTexts: allTexts,
            imageScale: imageScale,
            textScale: textScale,
            ordinals: input.ordinals,
            epoch: input.epoch,
            captionSet: captionSet,
            countsTexts: countsTexts
        )
    }
}

internal import CLIPObjectives
internal import Foundation
public import RemoteFiles
public import Torch

/// Exact log-normalizers `ln(ε + g_i)` of some anchors over a whole data set, and the errors of estimates of them.
public struct NormalizerStudy {
    /// Unit-length features of all samples, float64 `[n, D]`.
    private let images, texts: Tensor
    /// Keys of all samples, int64 `[n]`; those of equal key are no negatives of each other.
    private let groups: Tensor
    /// The anchors' rows.
    private let anchors: [Int64]
    /// 1/τ of the anchors, `[a]` or `[1]`.
    private let imageScale, textScale: Tensor
    private let epsilon: Double
    private let stop: StopSignal?
    /// The exact values, `[a]`.
    private let exactImage, exactText: Tensor

    /// Computes the exact values.
    ///
    /// - Parameters:
    ///   - images: Unit-length features `[n, D]` of all samples.
    ///   - texts: The same of their texts.
    ///   - groups: Keys of all samples that say who is no negative of whom, int64 `[n]`.
    ///   - anchors: Rows of the anchors.
    ///   - scales: 1/τ of the anchors of each side, `[a]` or `[1]`.
    ///   - stop: Ends the study, with `RemoteError.stopped`.
    public init(
        images: Tensor,
        texts: Tensor,
        groups: Tensor?,
        anchors: [Int],
        scales: (image: Tensor, text: Tensor),
        epsilon: Double,
        stop: StopSignal? = nil
    ) throws {
        self.stop = stop
        self.images = try images.to(.float64)
        self.texts = try texts.to(.float64)
        self.groups = try groups ?? Tensor.arange(0..<images.size(0))
        self.anchors = anchors.map(Int64.init)
        imageScale = try scales.image.to(.float64)
        textScale = try scales.text.to(.float64)
        self.epsilon = epsilon
        let rows = try Tensor(self.anchors)
        let exact = ExactNormalizer(images: self.images, texts: self.texts, epsilon: epsilon)
        let own = try (self.images.indexSelect(rows), self.texts.indexSelect(rows))
        let similarity = try (own.0 * own.1).sum(dims: [1])
        exactImage = try exact.logNormalizers(
            of: own.0,
            similarity: similarity,
            among: self.texts,
            ordinals: rows,
            scale: imageScale,
            groups: self.groups
        )
        try stop?.check()
        exactText = try exact.logNormalizers(
            of: own.1,
            similarity: similarity,
            among: self.images,
            ordinals: rows,
            scale: textScale,
            groups: self.groups
        )
    }

    /// The errors of some estimates, `[a]` each.
    public func errors(image: Tensor, text: Tensor) throws -> NormalizerErrorPair {
        NormalizerErrorPair(
            image: NormalizerErrors(try (image.to(.float64) - exactImage).scalars()),
            text: NormalizerErrors(try (text.to(.float64) - exactText).scalars())
        )
    }

    /// The errors that batches of `size` make, over `draws` random batches for each anchor.
    public func batchErrors(size: Int, draws: Int = 20, seed: UInt64 = 0) throws -> NormalizerErrorPair {
        var image: [Double] = []
        var text: [Double] = []
        let generator = try RandomGenerator(seed: seed)
        // Anchors share their companions in small blocks only, so that the draws are nearly independent.
        for part in anchors.indices.parts(of: 16) {
            let rows = try Tensor(Array(anchors[part]))
            for _ in 0..<draws {
                try stop?.check()
                let others = try companions(size - 1, generator)
                image += try differences(part, rows, others, (images, texts), imageScale, exactImage)
                text += try differences(part, rows, others, (texts, images), textScale, exactText)
            }
        }
        return NormalizerErrorPair(image: NormalizerErrors(image), text: NormalizerErrors(text))
    }

    /// Different rows, drawn from all.
    private func companions(_ count: Int, _ generator: RandomGenerator) throws -> Tensor {
        let numbers = try Tensor.empty([images.size(0)], dtype: .float64)
        try generator.fillUniform(numbers, in: 0..<1)
        return try numbers.topK(min(count, images.size(0))).indices
    }

    private func differences(
        _ part: Range<Int>,
        _ rows: Tensor,
        _ others: Tensor,
        _ sides: (anchors: Tensor, candidates: Tensor),
        _ scale: Tensor,
        _ exact: Tensor
    ) throws -> [Double] {
        let own = try sides.anchors.indexSelect(rows)
        let similarity = try (own * sides.candidates.indexSelect(rows)).sum(dims: [1]).unsqueezed(1)
        let scale = try scale.size(0) == 1 ? scale : scale.slice(part)
        let logits =
            try (own.matmul(sides.candidates.indexSelect(others).transposed()) - similarity)
            * scale.unsqueezed(1)
        // The anchor itself, when it was drawn, is of its own group.
        let isSame = try groups.indexSelect(others).unsqueezed(0) .== groups.indexSelect(rows).unsqueezed(1)
        let sums = try logits.filled(with: -1e30, where: isSame).logSumExp(dims: [1])
        let count = try Double(others.count) - isSame.to(.float64).sum(dims: [1])
        let mean = try sums - count.clamped(to: 1...Double.infinity).log()
        let floor = try Tensor.full([1], epsilon > 0 ? log(epsilon) : -1e30, dtype: .float64)
        let errors = try mean.logAddExp(floor) - exact.slice(part)
        return try errors.filled(with: .nan, where: count .== 0).scalars()
    }
}

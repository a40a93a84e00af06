import CLIPData
import CLIPModels
public import Torch

extension FeatureExtractor {
    /// The features `[N, D]` of image files: PNG, JPEG or WebP.
    ///
    /// - Throws: ``EvaluationError/image(path:reason:)`` for the first file that cannot be used, since rows
    ///   must keep the order of the paths.
    public func imageFeatures(
        ofFiles paths: [String],
        progress: ((EvaluationProgress) -> Void)? = nil
    ) throws -> Tensor {
        var rows = FeatureRows(width: model.embeddingWidth)
        try imageFeatures(ofFiles: paths, progress: progress) { rows.append($0) }
        return try rows.joined()
    }

    /// Hands out the features of image files, some rows `[n, D]` at a time, in order.
    ///
    /// - Throws: ``EvaluationError/image(path:reason:)`` for the first file that cannot be used, and what
    ///   `each` throws.
    public func imageFeatures(
        ofFiles paths: [String],
        progress: ((EvaluationProgress) -> Void)? = nil,
        each: (Tensor) throws -> Void
    ) throws {
        var done = 0
        try FileImages(paths, images: images, options: options).forEachBatch { decoded in
            try each(
                imageFeatures(
                    decoded.pixels,
                    count: decoded.count,
                    height: images.height,
                    width: images.width
                )
            )
            done += decoded.count
            progress?(.init(phase: .images, done: done, total: paths.count))
        }
    }
}

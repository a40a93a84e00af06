public import CLIPData
public import CLIPModels

extension EvaluationImages {
    /// The evaluation transform that a model's checkpoint asks for, up to the normalisation, which the model does.
    ///
    /// - Parameters:
    ///   - changes: How files become pixels where it is to be another way than the checkpoint's.
    ///   - maxPixels: Larger images are refused.
    public init(
        for model: any ImageTextModel,
        changes: PixelReading.Changes = .init(),
        maxPixels: Int = ImageDecoder().maxPixels
    ) {
        let preprocessing = model.preprocessing
        let mode: EvaluationTransform.ResizeMode =
            switch preprocessing.resizeMode {
            case .shortest: .shortest
            case .longest: .longest
            case .squash: .squash
            }
        let size = model.imageSize
        self.init(
            EvaluationTransform(
                height: size,
                width: size,
                resizeMode: mode,
                resampler: PillowResampler(filter: .init(preprocessing.interpolation))
            ),
            decoder: ImageDecoder(preprocessing.pixels.changed(by: changes), maxPixels: maxPixels)
        )
    }
}

extension ImageDecoder {
    /// A decoder that makes pixels as a checkpoint says.
    public init(_ reading: PixelReading, maxPixels: Int = ImageDecoder().maxPixels) {
        self.init(
            maxPixels: maxPixels,
            alpha: reading.alpha == .white ? .white : .drop,
            orientation: reading.orientation == .apply ? .apply : .ignore,
            gray16: reading.gray16 == .scale ? .scale : .clip
        )
    }
}

extension PillowResampler.Filter {
    /// The filter that a checkpoint names.
    public init(_ interpolation: Preprocessing.Interpolation) {
        self = interpolation == .bicubic ? .bicubic : .bilinear
    }
}

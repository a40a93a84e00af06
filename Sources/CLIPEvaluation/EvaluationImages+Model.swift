public import CLIPData
public import CLIPModels

extension EvaluationImages {
    /// The evaluation transform that a model's checkpoint asks for, up to the normalisation, which the
    /// model does.
    public init(for model: any ImageTextModel, decoder: ImageDecoder = ImageDecoder()) {
        let mode: EvaluationTransform.ResizeMode =
            switch model.preprocessing.resizeMode {
            case .shortest: .shortest
            case .longest: .longest
            case .squash: .squash
            }
        let filter: PillowResampler.Filter =
            switch model.preprocessing.interpolation {
            case .bicubic: .bicubic
            case .bilinear: .bilinear
            }
        let size = model.imageSize
        self.init(
            EvaluationTransform(
                height: size,
                width: size,
                resizeMode: mode,
                resampler: PillowResampler(filter: filter)
            ),
            decoder: decoder
        )
    }
}

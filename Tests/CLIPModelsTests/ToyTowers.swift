import CLIPModels
import Torch
import TorchNN

/// An image tower of three numbers: the mean colour, less a running mean of colours, times a matrix.
struct MeanColour: ImageTower {
    struct Configuration: ImageTowerConfiguration {
        var imageSize = 4

        var name: String { "mean colour" }
        var json: [String: Any] { ["kind": "mean_colour", "image_size": imageSize] }

        func tower(_ path: ParameterPath, embeddingWidth: Int, activation: Activation) throws
            -> any ImageTower
        {
            try MeanColour(path, embeddingWidth: embeddingWidth)
        }

        func summary(embeddingWidth: Int) -> ModelSummary.Tower {
            ModelSummary.Tower(
                parameters: 3 * embeddingWidth,
                gigaflops: 6e-9 * Double(embeddingWidth),
                width: 3
            )
        }
    }

    let runningMean: Tensor
    private let projection: Linear

    init(_ path: ParameterPath, embeddingWidth: Int) throws {
        runningMean = try (path / "norm").buffer("running_mean", shape: [3], .constant(0.25))
        projection = Linear(
            weight: try (path / "proj").parameter(
                "weight",
                shape: [embeddingWidth, 3],
                .normal(deviation: 1)
            ),
            bias: nil
        )
    }

    func features(of pixels: Tensor, dtype: DType, tape: ActivationTape?) throws -> Tensor {
        try projection(pixels.mean(dims: [2, 3]) - runningMean)
    }

    /// Moves the running mean half of the way to these pixels' mean.
    func follow(_ pixels: Tensor) throws {
        try withoutGradient { try runningMean.interpolate(to: pixels.mean(dims: [0, 2, 3]), weight: 0.5) }
    }
}

/// A text tower of one table: the mean of the rows of a text's tokens.
struct MeanWord: TextTower {
    struct Configuration: TextTowerConfiguration {
        var words = 10

        var name: String { "mean word" }
        var kind: TextKind { .tokens(contextLength: 5) }
        var json: [String: Any] { ["kind": "mean_word", "words": words] }

        func tower(_ path: ParameterPath, embeddingWidth: Int, activation: Activation) throws
            -> any TextTower
        {
            MeanWord(
                table: try path.parameter(
                    "words",
                    shape: [words, embeddingWidth],
                    .normal(deviation: 1)
                )
            )
        }

        func summary(embeddingWidth: Int) -> ModelSummary.Tower {
            ModelSummary.Tower(parameters: words * embeddingWidth, gigaflops: 0, vocabularySize: words)
        }
    }

    let table: Tensor

    func features(of texts: TextInput, dtype: DType, tape: ActivationTape?) throws -> Tensor {
        guard case .tokens(let sequences) = texts else {
            throw TextInputError.embeddingsForTokens(shape: [], contextLength: 5)
        }
        return try .concatenate(
            (0..<sequences.count).map { index in
                try Tensor(sequences[index].map(Int64.init)).embedded(in: table).mean(dims: [0]).unsqueezed(0)
            }
        )
    }
}

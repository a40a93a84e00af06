public import Torch

/// The gradients of the global mean loss for one rank's slice, and how the batch went.
public struct ObjectiveOutput {
    /// The gradient of the image features, in their shape.
    public let image: Tensor
    /// The gradient of the text features, in their shape.
    public let text: Tensor
    /// This rank's share of the gradients of the parameters; the sum over ranks is the gradient.
    public let parameters: [String: Tensor]
    /// The loss and further figures of the global batch, the same on every rank.
    public let metrics: MetricVector

    /// Creates an output; the metrics must name `loss`.
    public init(image: Tensor, text: Tensor, parameters: [String: Tensor], metrics: MetricVector) {
        self.image = image
        self.text = text
        self.parameters = parameters
        self.metrics = metrics
    }

    /// The mean loss of the global batch, of rank 0 on the device.
    public var loss: Tensor { get throws { try metrics["loss"] } }
}

/// Named figures in one vector on the device, so that one copy reads them all, when there is time.
public struct MetricVector {
    /// What the elements mean.
    public let names: [String]
    /// The figures `[names.count]`, in the type of the features.
    public let values: Tensor

    /// Creates a vector.
    public init(names: [String], values: Tensor) {
        self.names = names
        self.values = values
    }

    /// One figure as a tensor of rank 0.
    ///
    /// - Throws: ``ObjectiveError/unknownMetric(_:available:)``.
    public subscript(name: String) -> Tensor {
        get throws {
            guard let index = names.firstIndex(of: name) else {
                throw ObjectiveError.unknownMetric(name, available: names)
            }
            return try values.select(index)
        }
    }
}

extension ObjectiveOutput {
    func with(parameters: [String: Tensor]) -> ObjectiveOutput {
        ObjectiveOutput(image: image, text: text, parameters: parameters, metrics: metrics)
    }

    /// The output of a mean of losses, one for each caption of every image.
    static func mean(overCaptions outputs: [ObjectiveOutput]) throws -> ObjectiveOutput {
        let share = 1 / Double(outputs.count)
        func mean(_ tensors: [Tensor]) throws -> Tensor { try Tensor.stack(tensors).mean(dims: [0]) }
        var parameters: [String: Tensor] = [:]
        for name in outputs[0].parameters.keys {
            parameters[name] = try mean(outputs.compactMap { $0.parameters[name] })
        }
        return ObjectiveOutput(
            image: try mean(outputs.map(\.image)),
            text: try Tensor.stack(outputs.map(\.text), dim: 1) * share,
            parameters: parameters,
            metrics: MetricVector(
                names: outputs[0].metrics.names,
                values: try mean(outputs.map(\.metrics.values))
            )
        )
    }
}

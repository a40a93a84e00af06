import Torch

extension LanguageModel {
    /// A tensor in its own type.
    static func weight(
        _ name: String,
        _ shape: [Int],
        of source: any LanguageModelSource,
        on device: Device
    ) throws -> Tensor {
        guard let tensor = try source.tensor(name) else {
            throw LanguageModelError.missingTensor(path: source.path, tensor: name, expected: shape)
        }
        let file = source.file(of: name)
        guard tensor.shape == shape else {
            throw LanguageModelError.shape(path: file, tensor: name, found: tensor.shape, expected: shape)
        }
        guard [.float32, .float16, .bfloat16].contains(tensor.dtype) else {
            throw LanguageModelError.type(path: file, tensor: name, tensor.dtype)
        }
        return try tensor.to(device)
    }

    /// The tensors that the configuration asks for, but the output head.
    static func weights(of source: any LanguageModelSource, on device: Device) throws -> [String: Tensor] {
        let configuration = source.configuration
        var weights: [String: Tensor] = [:]
        for (name, shape) in configuration.tensors {
            weights[name] = try weight(name, shape, of: source, on: device)
        }
        // A head of another task may lie beside the decoder; what lies inside it and is not used would change what it computes.
        if let name = source.tensorNames.first(where: { $0.hasPrefix("model.layers.") && weights[$0] == nil })
        {
            throw LanguageModelError.foreignTensor(
                path: source.file(of: name),
                tensor: name,
                reason:
                    "is not part of the \(configuration.layers) blocks that the configuration describes; the weights "
                    + "belong to another configuration"
            )
        }
        return weights
    }
}

extension LowRankAdapter {
    /// The adapter with its matrices on a device; those that are there already stay the same objects, as what is trained must.
    func placed(on device: Device) throws -> LowRankAdapter {
        func placed(_ tensor: Tensor) throws -> Tensor {
            tensor.device == device ? tensor : try withoutGradient { try tensor.to(device) }
        }
        var adapter = self
        adapter.pairs = try pairs.mapValues { Pair(down: try placed($0.down), up: try placed($0.up)) }
        return adapter
    }

    /// Throws where a pair belongs to no projection, or has another shape.
    func check(against configuration: LanguageModelConfiguration, path: String) throws {
        let shapes = configuration.projections.reduce(into: [:]) { $0[$1.name] = [$1.output, $1.input] }
        for (name, pair) in pairs.sorted(by: { $0.key < $1.key }) {
            guard let shape = shapes[name] else {
                throw LanguageModelError.adapter(path: path, reason: "the model has no '\(name)'")
            }
            guard pair.down.shape == [options.rank, shape[1]], pair.up.shape == [shape[0], options.rank]
            else {
                throw LanguageModelError.adapter(
                    path: path,
                    reason:
                        "the pair of '\(name)' has shapes \(pair.down.shape) and \(pair.up.shape), expected "
                        + "\([options.rank, shape[1]]) and \([shape[0], options.rank])"
                )
            }
        }
    }
}

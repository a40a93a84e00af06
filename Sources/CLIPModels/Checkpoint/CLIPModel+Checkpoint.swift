public import Torch
import TorchNN

extension CLIPModel {
    /// Reads a model from a checkpoint directory, one step of a run, or a run (its newest step).
    ///
    /// - Throws: ``CheckpointError``, or ``TorchNN/SafetensorsError`` for a damaged file.
    public static func load(from path: String, device: Device = .cpu) throws -> CLIPModel {
        try CheckpointDirectory(path).model(on: device)
    }

    /// Writes the model in open_clip's Hub layout, whole or not at all; the target must not hold anything yet.
    ///
    /// - Parameter values: Takes the place of parameters and buffers of the same name, for example moving averages.
    /// - Throws: ``CheckpointError``, ``TorchNN/SafetensorsError``, or ``TorchNN/ParameterError`` where `values`
    ///   does not fit the model.
    public func save(to path: String, values: [String: Tensor]) throws {
        var tensors: [String: Tensor] = [:]
        for entry in parameters.entries {
            let value = values[entry.name] ?? entry.tensor
            guard value.shape == entry.tensor.shape else {
                throw ParameterError.shape(entry.name, found: value.shape, expected: entry.tensor.shape)
            }
            tensors[entry.name] = value
        }
        let unused = values.keys.filter { tensors[$0] == nil }.sorted()
        guard unused.isEmpty else { throw ParameterError.unused(unused) }
        try CheckpointDirectory.write(
            tensors,
            configuration: configuration,
            preprocessing: preprocessing,
            tokenizerFiles: tokenizerFiles,
            to: path
        )
    }
}

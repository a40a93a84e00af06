import Foundation
import LocalFiles
public import Torch
import TorchNN

/// A model on the disk in open_clip's Hub layout: `open_clip_config.json` and `open_clip_model.safetensors`.
public struct CheckpointDirectory: Sendable, Equatable {
    /// The directory that holds the two files.
    public let path: String
    /// The architecture.
    public let configuration: ModelConfiguration
    /// How pixels are prepared; open_clip's defaults where the file is silent.
    public let preprocessing: Preprocessing

    static let configurationName = "open_clip_config.json"
    static let weightsName = "open_clip_model.safetensors"

    /// Finds a checkpoint and reads its configuration, not its weights.
    ///
    /// - Parameter path: A checkpoint directory, one step of a run (its `model` directory is taken), or a run
    ///   directory (its newest step is taken).
    /// - Throws: ``CheckpointError``.
    public init(_ path: String) throws {
        let directory = try Self.resolve(path)
        let file = Self.join(directory, Self.configurationName)
        let data = try Self.contents(of: file)
        do {
            var reader = ConfigurationReader(try ConfigurationReader.parse(data), path: "")
            guard let model = reader.raw("model_cfg") else {
                throw ModelConfigurationError.missing("model_cfg")
            }
            guard let model = model as? [String: Any] else {
                throw ModelConfigurationError.type(
                    key: "model_cfg",
                    found: "no object",
                    expected: "an object"
                )
            }
            configuration = try ModelConfiguration(model)
            preprocessing = try Preprocessing(&reader)
            // Fields of a later version of this library change what the weights mean.
            if reader.raw("swift_clip") != nil { try reader.object("swift_clip").finish() }
        } catch let error as ModelConfigurationError {
            throw CheckpointError.configuration(path: file, error)
        }
        self.path = directory
    }

    /// The weights under the names and in the shapes that ``configuration`` asks for, as views of the mapped file.
    ///
    /// Wrapping prefixes (`module.`, `state_dict.`) are stripped, buffers that are no weights are dropped, the
    /// text tower's names get or lose `text.`, and `logit_scale` and `logit_bias` become rank 0.
    /// - Throws: ``CheckpointError``, or ``TorchNN/SafetensorsError`` for a damaged file.
    public func tensors() throws -> [String: Tensor] {
        let file = weightsPath
        guard FileManager.default.fileExists(atPath: file) else {
            throw CheckpointError.noWeights(path: path, names: Self.names(in: path))
        }
        var state = StateDictionary(try SafetensorsFile(path: file).tensors(), path: file)
        state.dropBuffers()
        state.unwrap()
        try state.matchTextPrefix(nested: configuration.nestsTextParameters)
        try state.reconcileLogits(hasBias: configuration.initialLogitBias != nil)
        try state.checkTypes()
        return state.tensors
    }

    /// The model, computing in float32.
    ///
    /// - Parameters:
    ///   - imageSize: Another side of the input than the checkpoint's; position embeddings are resized.
    ///   - contextLength: Another number of text positions than the checkpoint's; likewise.
    /// - Throws: ``CheckpointError``, ``ModelConfigurationError`` for a size that cannot be, or
    ///   ``TorchNN/SafetensorsError`` for a damaged file.
    public func model(on device: Device = .cpu, imageSize: Int? = nil, contextLength: Int? = nil) throws
        -> CLIPModel
    {
        let resized = try configuration.resized(imageSize: imageSize, contextLength: contextLength)
        var tensors = try tensors()
        do {
            try resizePositions(of: &tensors, for: resized)
            let store = ParameterStore(.tensors(tensors), on: device)
            let model = try CLIPModel(resized, preprocessing: preprocessing, parameters: store)
            let unused = tensors.keys.filter { store[$0] == nil }.sorted()
            guard unused.isEmpty else { throw ParameterError.unused(unused) }
            return model
        } catch let error as ParameterError {
            throw CheckpointError.weights(path: weightsPath, error)
        }
    }

    private func resizePositions(of tensors: inout [String: Tensor], for resized: ModelConfiguration) throws {
        let imageName = "visual.positional_embedding"
        let textName = (configuration.nestsTextParameters ? "text." : "") + "positional_embedding"
        // A table that does not fit the checkpoint's own configuration is left for the store to refuse.
        let (vision, text) = (configuration.vision, configuration.text)
        if let table = tensors[imageName], table.shape == [vision.tokenCount, vision.width] {
            tensors[imageName] = try PositionResizing.image(table, grid: resized.vision.grid)
        }
        if let table = tensors[textName], table.shape == [text.contextLength, text.width] {
            tensors[textName] = try PositionResizing.text(table, length: resized.text.contextLength)
        }
    }

    private var weightsPath: String { Self.join(path, Self.weightsName) }

    private static func contents(of file: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw CheckpointError.system(operation: "read", path: file, reason: SystemReason.text(of: error))
        }
    }
}

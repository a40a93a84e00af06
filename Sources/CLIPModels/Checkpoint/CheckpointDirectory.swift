public import CLIPText
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
    /// How pictures are prepared; open_clip's defaults where the file is silent. A file that this library wrote before
    /// it said how files become pixels means pictures on white (`alpha: white`).
    public let preprocessing: Preprocessing

    /// The manifest of the run's checkpoint to which the files belong; they are compared with it when they are read. Nil
    /// for a model from elsewhere, whose content nothing vouches for.
    public var manifest: String? { recorded?.manifestPath }
    private let recorded: RecordedFiles?

    package static let configurationName = "open_clip_config.json"
    package static let weightsName = "open_clip_model.safetensors"

    /// Finds a checkpoint and reads its configuration, not its weights.
    ///
    /// - Parameter path: A checkpoint directory, one step of a run (its `model` directory is taken), or a run
    ///   directory (its newest step is taken).
    /// - Throws: ``CheckpointError``.
    public init(_ path: String) throws {
        try self.init(path) { try ModelConfiguration(root: &$0) }
    }

    /// Finds a checkpoint of a model that is known, such as one with custom towers, and reads how it prepares
    /// pixels, not its weights.
    ///
    /// - Throws: ``CheckpointError``.
    public init(_ path: String, configuration: ModelConfiguration) throws {
        try self.init(path) { _ in configuration }
    }

    private init(_ path: String, configuration: (inout ConfigurationReader) throws -> ModelConfiguration)
        throws
    {
        let directory = try Self.resolve(path)
        let file = Self.join(directory, Self.configurationName)
        recorded = try RecordedFiles(besideModel: directory)
        try recorded?.verify(Self.configurationName)
        let data = try Self.contents(of: file)
        do {
            let object = try ConfigurationReader.parse(data)
            var reader = ConfigurationReader(object, path: "")
            self.configuration = try configuration(&reader)
            preprocessing = try Preprocessing(&reader, isOurs: Self.isOurs(data, object))
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
        try requireWeights()
        let file = weightsPath
        try recorded?.verify(Self.weightsName)
        var state = StateDictionary(try SafetensorsFile(path: file).tensors(), path: file)
        state.dropBuffers()
        state.unwrap()
        try state.matchTextPrefix(nested: configuration.nestsTextParameters)
        try state.reconcileLogits(hasBias: configuration.initialLogitBias != nil)
        try state.checkTypes()
        return state.tensors
    }

    /// Throws ``CheckpointError/noWeights(path:names:)`` where there is no file of weights, which is not read.
    package func requireWeights() throws {
        guard FileManager.default.fileExists(atPath: weightsPath) else {
            throw CheckpointError.noWeights(path: path, names: Self.names(in: path))
        }
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
        do {
            let tensors = try resized.fitted(tensors(), from: configuration)
            let store = ParameterStore(.tensors(tensors), on: device)
            let model = try CLIPModel(
                resized,
                preprocessing: preprocessing,
                tokenizerFiles: tokenizerFiles(),
                parameters: store
            )
            let unused = tensors.keys.filter { store[$0] == nil }.sorted()
            guard unused.isEmpty else { throw ParameterError.unused(unused) }
            return model
        } catch let error as ParameterError {
            throw CheckpointError.weights(path: weightsPath, error)
        }
    }

    /// The tokenizer of the model's texts, with the vocabulary that lies in the directory where there is one.
    ///
    /// - Throws: ``CheckpointError/altered(path:reason:)``, ``CLIPText/TokenizerError``, also for a vocabulary in the directory
    ///   that is larger than the model's, or ``CLIPText/AssetError`` for one that is neither here nor fetched.
    public func tokenizer() throws -> any TextTokenizer {
        let files = try tokenizerFiles()
        let folder = URL(fileURLWithPath: path)
        let tokenizer = try configuration.text.tokenizer.tokenizer(in: folder)
        let name = WordPieceTokenizer.fileName
        if files[name] != nil, let text = configuration.text as? TextTransformerConfiguration,
            tokenizer.vocabularySize > text.vocabularySize
        {
            throw TokenizerError.badVocabulary(
                file: folder.appending(path: name),
                found: "\(tokenizer.vocabularySize) lines",
                expected: "at most \(text.vocabularySize), the vocab_size of the model beside it"
            )
        }
        return tokenizer
    }

    /// The files of the tokenizer that lie in the directory.
    func tokenizerFiles() throws -> [String: Data] {
        try configuration.text.tokenizer.fileNames.reduce(into: [:]) { files, name in
            let file = Self.join(path, name)
            guard FileManager.default.fileExists(atPath: file) else { return }
            try recorded?.verify(name)
            files[name] = try Self.contents(of: file)
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

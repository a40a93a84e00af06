public import CLIPText
import Foundation
import LocalFiles
public import Torch

/// A language model in Hugging Face's layout: `config.json`, `model.safetensors` or its shards, `tokenizer.json`.
public final class LanguageModelDirectory: LanguageModelSource {
    /// The directory.
    public let path: String
    /// What `config.json` says.
    public let configuration: LanguageModelConfiguration
    /// `config.json`, the weights, and their index where there is one.
    public let weightFiles: [String]
    private let weights: ShardedWeights

    static let configurationName = "config.json"
    static let generationName = "generation_config.json"
    static let tokenizerName = "tokenizer.json"

    /// Reads the configuration and maps the weights.
    ///
    /// - Throws: ``LanguageModelError``, or ``TorchNN/SafetensorsError`` for a damaged file.
    public init(_ path: String) throws {
        let directory = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        try Self.refuseOthers(directory)
        let file = "\(directory)/\(Self.configurationName)"
        var configuration = try LanguageModelConfiguration(json: Self.contents(of: file), path: file)
        configuration.endTokens += try Self.furtherEnds(directory, below: configuration.vocabularySize).filter
        {
            !configuration.endTokens.contains($0)
        }
        self.configuration = configuration
        self.path = directory
        weights = try ShardedWeights(directory: directory)
        weightFiles = [file] + weights.files
    }

    /// A tensor as a view of the mapped file; nil where there is none.
    public func tensor(_ name: String) throws -> Tensor? { try weights.tensor(name) }

    /// The names with `model.`, sorted.
    public var tensorNames: [String] { weights.names }

    /// The file or shard that holds a tensor.
    public func file(of name: String) -> String { weights.file(of: name) ?? path }

    /// The tokenizer of the `tokenizer.json` beside the weights.
    ///
    /// - Throws: ``LanguageModelError/unreadable(path:reason:)`` where there is none, or it makes ids that the model does not have;
    ///   `TokenizerError`.
    public func tokenizer() throws -> ByteLevelTokenizer {
        let file = "\(path)/\(Self.tokenizerName)"
        guard FileManager.default.fileExists(atPath: file) else {
            throw LanguageModelError.unreadable(
                path: file,
                reason: "there is no such file; copy the model's \(Self.tokenizerName) beside its weights"
            )
        }
        let tokenizer = try ByteLevelTokenizer(tokenizerURL: URL(fileURLWithPath: file))
        guard tokenizer.vocabularySize <= configuration.vocabularySize else {
            throw LanguageModelError.unreadable(
                path: file,
                reason:
                    "it makes \(tokenizer.vocabularySize) ids, and the model has \(configuration.vocabularySize) ('vocab_size' of "
                    + "\(Self.configurationName)); expected no more, so copy the tokenizer that belongs to the weights"
            )
        }
        return tokenizer
    }

    /// Chat models end an answer with more ids than a text; `generation_config.json` lists them.
    private static func furtherEnds(_ directory: String, below count: Int) throws -> [Int32] {
        let file = "\(directory)/\(generationName)"
        guard FileManager.default.fileExists(atPath: file) else { return [] }
        return try LanguageModelJSON(contents(of: file), path: file).ids("eos_token_id", below: count)
    }

    private static func refuseOthers(_ path: String) throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw LanguageModelError.notFound(path: path)
        }
        guard isDirectory.boolValue else {
            throw LanguageModelError.notALanguageModel(
                path: path,
                kind: "a file; a language model is \(LanguageModelError.expected)"
            )
        }
        func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
        if holds("open_clip_config.json") {
            throw LanguageModelError.notALanguageModel(
                path: path,
                kind:
                    "a CLIP checkpoint (it holds open_clip_config.json), which is no language model; expected "
                    + LanguageModelError.expected
            )
        }
        guard !holds(configurationName) else { return }
        if holds("adapter_config.json") {
            throw LanguageModelError.notALanguageModel(
                path: path,
                kind:
                    "an adapter (it holds adapter_config.json); name the model that it was made for, and the adapter "
                    + "beside it"
            )
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        if let file = names.sorted().first(where: { $0.lowercased().hasSuffix(".gguf") }) {
            throw LanguageModelError.notALanguageModel(
                path: path,
                kind: "a directory that holds a GGUF file; name the file itself, '\(path)/\(file)'"
            )
        }
        throw LanguageModelError.notALanguageModel(
            path: path,
            kind:
                "a directory without \(configurationName); a language model is \(LanguageModelError.expected)"
        )
    }

    private static func contents(of file: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw LanguageModelError.unreadable(path: file, reason: SystemReason.text(of: error))
        }
    }
}

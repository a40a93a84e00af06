public import CLIPLanguage
import Foundation
public import Torch

extension LanguageReference {
    /// Opens the language model and makes sure that it is the one with whose vectors the text side was trained.
    ///
    /// - Parameters:
    ///   - directory: From which relative paths count; the checkpoint's.
    ///   - device: Where it computes.
    ///   - type: What most of it computes in.
    /// - Throws: ``LanguageReferenceError``; `LanguageModelError` and other errors of its files.
    public func encoder(
        in directory: String = "/",
        on device: Device = .cpu,
        computingIn type: DType = .float32
    ) throws -> SentenceEncoder {
        let place = located(in: directory)
        for path in [place.path, place.adapter].compactMap(\.self)
        where !FileManager.default.fileExists(atPath: path) {
            throw LanguageReferenceError.missing(path: path, isAdapter: path != place.path)
        }
        if CheckpointDirectory.isCheckpoint(place.path) {
            throw LanguageReferenceError.isCheckpoint(path: place.path)
        }
        let source = try LanguageModels.open(place.path, decodedTo: type)
        let adapter = try place.adapter.map {
            try LowRankAdapter(directory: $0, for: source.configuration)
        }
        let encoder = try SentenceEncoder(
            model: LanguageModel(source, adapter: adapter, on: device),
            tokenizer: source.tokenizer(),
            encoding: encoding
        )
        encoder.model.computeType = type
        let found = try encoder.fingerprint()
        guard found == fingerprint else {
            throw LanguageReferenceError.changed(path: place.path, found: found, expected: fingerprint)
        }
        return encoder
    }
}

/// A language model that is not the one that a checkpoint names.
public enum LanguageReferenceError: Error, Equatable, CustomStringConvertible {
    /// Nothing lies where the checkpoint says.
    case missing(path: String, isAdapter: Bool)
    /// Another model, adapter, tokenizer or encoding than the one that made the vectors.
    case changed(path: String, found: String, expected: String)
    /// A checkpoint that does not name a language model, and the path that was given for it.
    case unnamed(checkpoint: String, given: String? = nil)
    /// A CLIP checkpoint where a language model is expected.
    case isCheckpoint(path: String)

    /// What was found, where, and what to do.
    public var description: String {
        switch self {
        case .missing(let path, let isAdapter):
            "the \(isAdapter ? "adapter" : "language model") '\(path)', which the checkpoint names, is not there; say where it lies "
                + "now with \(isAdapter ? "--language-adapter" : "--language-model")"
        case .changed(let path, let found, let expected):
            "the language model '\(path)' is not the one with which the text side was trained: its fingerprint, over weights, "
                + "adapter, tokenizer and encoding, is \(found.prefix(12))… and not \(expected.prefix(12))…; name that one with "
                + "--language-model, and its adapter with --language-adapter"
        case .unnamed(let checkpoint, let given):
            "the checkpoint '\(checkpoint)' names no language model, as its text side takes no vectors of one that is known"
                + (given.map { "; leave '\($0)' out" } ?? "; there is nothing to copy beside it")
        case .isCheckpoint(let path):
            "'\(path)' is a CLIP checkpoint, and a language model is expected here: a directory in Hugging Face's layout "
                + "(config.json, model.safetensors, tokenizer.json) or a GGUF file"
        }
    }
}

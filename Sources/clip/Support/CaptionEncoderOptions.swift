public import ArgumentParser
public import CLIPData
public import CLIPLanguage
import CLIPModels
import CLIPText
import CLIPTraining
import Foundation
import Torch

/// The language model that a command makes vectors with.
struct CaptionEncoderOptions: ParsableArguments {
    @Option(
        name: .customLong("language-model"),
        help: "A directory in Hugging Face's layout, or a GGUF file.",
        completion: .file()
    )
    var path: String

    @Option(
        name: .long,
        help: "An adapter: a run of stage 1, one step of it, or a directory in PEFT's layout.",
        completion: .directory
    )
    var adapter: String?

    @Option(
        name: .long,
        help:
            "What is put around each text: plain, llama3, chatML or mistral. (default: as the adapter's run has it, or plain)"
    )
    var wrapper: SentenceEncoding.Wrapper?

    @Option(name: .long, help: "A text before each caption, which is read and not pooled.")
    var instruction: String?

    @Option(
        name: .long,
        help:
            "Which hidden states make the vector: mean, weightedMean, last or first. (default: as the adapter's run has it, or mean)"
    )
    var pooling: SentenceEncoding.Pooling?

    @Flag(
        name: .long,
        inversion: .prefixedNo,
        help:
            "Each token sees only what precedes it, as in generation. (default: as the adapter's run has it, or not)"
    )
    var causal: Bool?

    @Option(
        name: .long,
        parsing: .unconditional,
        help:
            "The most tokens of a caption; longer ones lose words at their end. (default: as the adapter's run has it, or 512)"
    )
    var maximumTokens: Int?

    @Option(name: .long, help: "What the language model computes in: float32, bf16 or auto.")
    var precision: PrecisionOption = .float32

    @OptionGroup var device: DeviceOptions

    func validate() throws {
        guard let maximumTokens, maximumTokens < 1 else { return }
        throw ValidationError("--maximum-tokens is \(maximumTokens); expected 1 or more.")
    }

    /// Opens the language model.
    func encoder() throws -> SentenceEncoder {
        if CheckpointDirectory.isCheckpoint(path) { throw LanguageReferenceError.isCheckpoint(path: path) }
        let opened = try SentenceEncoder.open(
            language: path,
            adapter: adapter,
            on: device.device,
            computingIn: precision.value.type(on: device.device)
        )
        var encoding = opened.encoding
        if let wrapper { encoding.wrapper = wrapper }
        if let instruction { encoding.instruction = instruction }
        if let pooling { encoding.pooling = pooling }
        if let causal { encoding.isCausal = causal }
        if let maximumTokens { encoding.maximumTokens = maximumTokens }
        return try SentenceEncoder(model: opened.model, tokenizer: opened.tokenizer, encoding: encoding)
    }

    /// What a file of features says of the model that made them.
    func description(of encoder: SentenceEncoder) throws -> CaptionFeatureHeader.Model {
        func name(_ path: String) -> String {
            URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
        }
        func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
        let json = JSONEncoder()
        json.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return CaptionFeatureHeader.Model(
            name: name(path) + (adapter.map { " + \(name($0))" } ?? ""),
            path: absolute(path),
            adapter: adapter.map { absolute(AdapterCheckpoint.directory($0)) },
            fingerprint: try encoder.fingerprint(),
            tokenizer: encoder.tokenizer.fingerprint,
            encoding: String(decoding: try json.encode(encoder.encoding), as: UTF8.self),
            precision: encoder.model.computeType.rawValue
        )
    }
}

extension SentenceEncoding.Wrapper: ExpressibleByArgument {}
extension SentenceEncoding.Pooling: ExpressibleByArgument {}
extension CaptionFeatureType: ExpressibleByArgument {}

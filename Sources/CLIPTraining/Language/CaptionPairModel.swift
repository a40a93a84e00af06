import CLIPData
public import CLIPLanguage
public import CLIPModels
public import Torch
public import TorchNN

/// A language model whose low-rank adapter is trained on pairs of texts: LLM2CLIP's first stage.
///
/// The first text of each row is the query and stands for the image side; the others are its documents, the positive first. Only
/// the adapter's matrices are parameters: the language model itself is frozen, and is no part of checkpoints.
public final class CaptionPairModel: ImageTextModel {
    /// Makes vectors of texts.
    public let encoder: SentenceEncoder
    /// The adapter's matrices under their names in PEFT's files, `…lora_A.weight` `[rank, in]` and `…lora_B.weight`
    /// `[out, rank]`.
    public let parameters: ParameterStore
    /// None: the loss has a constant temperature.
    public let objectiveParameters: [String: Tensor] = [:]
    /// 0: there are no images.
    public let imageSize = 0
    /// Not used.
    public let preprocessing = Preprocessing()
    private let adapter: LowRankAdapter
    /// What keys the draws of dropout in addition to the place of a row.
    private let seed: UInt64

    /// Puts a model together whose adapter comes from a store; a fresh one has uniform `A` and `B = 0`, and changes nothing.
    ///
    /// - Parameters:
    ///   - source: The language model.
    ///   - tokens: How texts become ids.
    ///   - options: The adapter's settings.
    ///   - seed: Keys dropout.
    /// - Throws: `ParameterError` for values of another adapter; `LanguageModelError`.
    public init(
        _ source: any LanguageModelSource,
        tokens: SentenceTokenizer,
        options: LowRankAdapter.Options,
        parameters: ParameterStore,
        seed: UInt64 = 0
    ) throws {
        self.parameters = parameters
        self.seed = seed
        adapter = try LowRankAdapter(parameters.root, for: source.configuration, options: options)
        parameters.releaseSource()
        encoder = try SentenceEncoder(
            model: LanguageModel(
                source,
                adapter: adapter,
                on: parameters.device
            ),
            tokenizer: tokens.tokenizer,
            encoding: tokens.encoding
        )
    }

    /// What the language model computes in.
    public var computeType: DType {
        get { encoder.model.computeType }
        set { encoder.model.computeType = newValue }
    }
    /// Width of the hidden states.
    public var embeddingWidth: Int { encoder.width }
    /// Ids, with everything around a text.
    public var textKind: TextKind { .tokens(contextLength: encoder.encoding.maximumTokens) }
    /// Both sides are texts of one model.
    public var recordedSides: FeatureSides { parameters.trained.isEmpty ? [] : .both }

    /// Refused: there are no images.
    public func imageFeatures(_ images: Tensor, tape: ActivationTape?) throws -> Tensor {
        throw TorchError(operation: "imageFeatures", reason: "a language model takes texts only")
    }

    /// Unit rows of texts whose pooled tokens are counted, without dropout.
    public func textFeatures(_ texts: TextInput, tape: ActivationTape?) throws -> Tensor {
        try encoder.pooled(encoded(texts), tape: tape).normalized()
    }

    /// Unit rows of queries on the image side and of documents on the text side.
    ///
    /// Dropout is keyed by the place of a row in the stage's stream, the number of the text in it and the place of the token, so that
    /// each part of a batch and each pass draws the same.
    public func features(of input: ModelInput, sides: FeatureSides, tape: ActivationTape?) throws
        -> ModelFeatures
    {
        let count = input.texts.count / max(1, input.count)
        guard count > 1 else {
            throw TorchError(
                operation: "features of pairs",
                reason: "each row has \(count) texts; a query and a document are needed"
            )
        }
        let texts = try encoded(input.texts)
        let keys = texts.enumerated().flatMap { number, text in
            let row = keyed(seed, input.position + number / count)
            let key = keyed(row, number % count)
            return text.ids.indices.map { Int64(bitPattern: keyed(key, $0)) }
        }
        let rows = try encoder.pooled(texts, dropoutKeys: keys, tape: tape).normalized()
            .reshaped([input.count, count, embeddingWidth])
        return ModelFeatures(
            image: sides.contains(.image) ? try rows.select(0, dim: 1) : nil,
            text: sides.contains(.text)
                ? try rows.slice(1..<count, dim: 1).reshaped([-1, embeddingWidth]) : nil
        )
    }

    private func keyed(_ key: UInt64, _ number: Int) -> UInt64 {
        CounterRandom.mix(key ^ CounterRandom.mix(UInt64(number) &+ 1))
    }

    private func encoded(_ texts: TextInput) throws -> [SentenceEncoder.EncodedText] {
        guard case .tokens(let texts) = texts, let pooled = texts.pooledCounts else {
            throw TorchError(
                operation: "features of texts",
                reason: "a language model takes token ids with the number of those that are pooled"
            )
        }
        return (0..<texts.count).map { text in
            SentenceEncoder.EncodedText(ids: Array(texts[text]), pooledCount: Int(pooled[text]))
        }
    }

    /// Writes the adapter in PEFT's layout; the target must not hold anything yet.
    public func save(to path: String, values: [String: Tensor]) throws {
        let unused = values.keys.filter { parameters[$0] == nil }.sorted()
        guard unused.isEmpty else { throw ParameterError.unused(unused) }
        try adapter.replacing(values).write(to: path, base: encoder.model.path)
    }
}

extension LowRankAdapter {
    /// The adapter with other matrices under some of the names in PEFT's files.
    fileprivate func replacing(_ values: [String: Tensor]) throws -> LowRankAdapter {
        guard !values.isEmpty else { return self }
        var adapter = self
        let names = Dictionary(
            uniqueKeysWithValues: tensors.map { (ObjectIdentifier($0.value), $0.key) }
        )
        func value(_ tensor: Tensor) throws -> Tensor {
            guard let name = names[ObjectIdentifier(tensor)], let new = values[name] else { return tensor }
            guard new.shape == tensor.shape else {
                throw ParameterError.shape(name, found: new.shape, expected: tensor.shape)
            }
            return new
        }
        adapter.pairs = try pairs.mapValues { Pair(down: try value($0.down), up: try value($0.up)) }
        return adapter
    }
}

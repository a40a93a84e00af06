public import CLIPText
public import Torch
public import TorchNN

/// The configuration of a kind of text tower: what it takes, and how it is made, counted and written.
///
/// ``TextTransformerConfiguration`` and ``EmbeddingProjectionConfiguration`` are such kinds. A custom kind goes into a
/// ``ModelConfiguration`` in code.
public protocol TextTowerConfiguration: Sendable, Equatable {
    /// What messages call the kind, as `text transformer`.
    var name: String { get }
    /// Whether ``json`` is an open_clip `text_cfg`. Otherwise it is written under `swift_clip.text`, and open_clip
    /// cannot load the model.
    var isKnownToOpenCLIP: Bool { get }
    /// In which form it takes texts.
    var kind: TextKind { get }
    /// Whether each text is computed at the full context length, however few tokens it has.
    var padsTexts: Bool { get }
    /// What makes its token ids of texts; CLIP's own where nothing else is said.
    var tokenizer: TokenizerKind { get }
    /// A JSON object that says all of it.
    var json: [String: Any] { get }

    /// The same tower for texts of another length.
    ///
    /// - Throws: ``ModelConfigurationError`` for a length that cannot be.
    func resized(contextLength: Int) throws -> any TextTowerConfiguration

    /// Asks a path for the tower's parameters.
    ///
    /// - Parameters:
    ///   - embeddingWidth: Width of the features.
    ///   - activation: The model's hidden activation.
    func tower(_ path: ParameterPath, embeddingWidth: Int, activation: Activation) throws -> any TextTower

    /// Parameters and operations of the tower with its projection; no tensor is made.
    func summary(embeddingWidth: Int) -> ModelSummary.Tower

    /// What the tower computes for one of some texts; nil for a kind that does not say.
    func workload(of texts: TokenLengths) -> TowerWorkload?

    /// The tensors of a checkpoint, changed where this configuration has other sizes than the checkpoint's.
    ///
    /// - Parameters:
    ///   - prefix: What the names of the tower's parameters start with: nothing, or `text.`.
    ///   - old: The checkpoint's configuration.
    func adapted(
        _ tensors: [String: Tensor],
        under prefix: String,
        from old: any TextTowerConfiguration
    ) throws -> [String: Tensor]

    /// What keeps weights of the other from fitting, as `text_cfg.layers is 2 there and 1 in model.config`.
    func differences(from other: any TextTowerConfiguration) -> [String]
}

extension TextTowerConfiguration {
    /// True for open_clip's own kinds only; false unless a kind says otherwise.
    public var isKnownToOpenCLIP: Bool { false }

    /// False unless a kind says otherwise.
    public var padsTexts: Bool { false }
    /// CLIP's byte pairs.
    public var tokenizer: TokenizerKind { .clip }

    /// Whether both are of one kind and equal.
    public func isEqual(to other: any TextTowerConfiguration) -> Bool { self == other as? Self }

    /// It does not say.
    public func workload(of texts: TokenLengths) -> TowerWorkload? { nil }

    /// No length can be changed.
    public func resized(contextLength: Int) throws -> any TextTowerConfiguration {
        guard kind.contextLength == contextLength else {
            throw ModelConfigurationError.value(
                key: "context_length",
                found: "\(contextLength)",
                expected: kind.contextLength.map { "\($0): a \(name) has one length" }
                    ?? "none: this model takes caption embeddings, which have no length"
            )
        }
        return self
    }

    /// The tensors as they are.
    public func adapted(
        _ tensors: [String: Tensor],
        under prefix: String,
        from old: any TextTowerConfiguration
    ) throws -> [String: Tensor] { tensors }

    /// One sentence, without details.
    public func differences(from other: any TextTowerConfiguration) -> [String] {
        if isEqual(to: other) { return [] }
        return name == other.name
            ? ["the settings of the \(name) differ"]
            : ["the text side is a \(other.name) there and a \(name) in model.config"]
    }
}

public import CLIPText
public import Torch

/// A language model with an adapter merged into its weights.
///
/// The base keeps its own weights, so that ``base`` is the model without the adapter, to the last bit. Sources nest: an adapter that
/// was trained on top of another one is merged into the source that holds the first.
public final class MergedSource: LanguageModelSource {
    /// The model without the adapter.
    public let base: any LanguageModelSource
    /// What is merged.
    public let adapter: LowRankAdapter
    private let adapterFiles: [String]

    /// Merges an adapter in PEFT's layout.
    ///
    /// - Throws: ``LowRankError`` where it does not fit, and ``TorchNN/SafetensorsError``.
    public init(_ base: any LanguageModelSource, adapterDirectory path: String) throws {
        self.base = base
        adapter = try LowRankAdapter(directory: path, for: base.configuration)
        adapterFiles = LowRankAdapter.files(in: path)
    }

    /// The base's path.
    public var path: String { base.path }
    /// The base's architecture.
    public var configuration: LanguageModelConfiguration { base.configuration }
    /// The files of the base and of the adapter.
    public var weightFiles: [String] { base.weightFiles + adapterFiles }
    /// The base's names.
    public var tensorNames: [String] { base.tensorNames }

    /// The base's file that holds a tensor.
    public func file(of name: String) -> String { base.file(of: name) }

    /// A tensor of the base, with the adapter's change where there is one.
    public func tensor(_ name: String) throws -> Tensor? {
        guard let weight = try base.tensor(name) else { return nil }
        guard name.hasSuffix(".weight") else { return weight }
        return try adapter.merged(weight, of: String(name.dropLast(".weight".count)))
    }

    /// The base's tokenizer.
    public func tokenizer() throws -> ByteLevelTokenizer { try base.tokenizer() }
}

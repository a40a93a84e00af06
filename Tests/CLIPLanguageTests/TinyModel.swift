import CLIPLanguage
import CLIPText
import Torch
import TorchNN

/// A small model with what transformers computes with it; `scripts/fixtures/make_language_goldens.py` makes it.
struct TinyModel {
    let directory: String
    let goldens: SafetensorsFile

    init(_ name: String) throws {
        directory = LanguageFixture.path(name)
        goldens = try SafetensorsFile(path: "\(directory)/goldens.safetensors")
    }

    func model(adapter: LowRankAdapter? = nil) throws -> LanguageModel {
        try LanguageModel(LanguageModelDirectory(directory), adapter: adapter)
    }

    func golden(_ name: String) throws -> Tensor { try goldens.tensor(name) }

    /// The texts of the goldens.
    func texts(_ ids: String = "ids", _ lengths: String = "lengths") throws -> [[Int32]] {
        var rest = try golden(ids).scalars(as: Int32.self)[...]
        return try golden(lengths).scalars(as: Int64.self).map { length in
            defer { rest = rest.dropFirst(Int(length)) }
            return Array(rest.prefix(Int(length)))
        }
    }

    /// The adapter of the goldens; its tensors require gradients.
    func adapter(dropout: Double = 0) throws -> LowRankAdapter {
        var options = LowRankAdapter.Options()
        (options.rank, options.alpha, options.dropout) = (3, 6, dropout)
        var pairs: [String: LowRankAdapter.Pair] = [:]
        for name in goldens.names where name.hasPrefix("lora.") && name.hasSuffix(".down") {
            let path = String(name.dropFirst(5).dropLast(5))
            let (down, up) = (try golden(name).cloned(), try golden("lora.\(path).up").cloned())
            try down.setRequiresGradient(true)
            try up.setRequiresGradient(true)
            pairs[path] = LowRankAdapter.Pair(down: down, up: up)
        }
        return LowRankAdapter(options: options, pairs: pairs)
    }
}

extension LanguageModel {
    /// Hidden states of texts, packed.
    func states(
        of texts: [[Int32]],
        isCausal: Bool,
        dropoutKey: Int64? = nil,
        tape: ActivationTape? = nil
    ) throws -> Tensor {
        try hiddenStates(
            of: Tensor(texts.flatMap { $0.map(Int64.init) }),
            PackedSequences(lengths: texts.map(\.count)),
            isCausal: isCausal,
            dropoutKeys: dropoutKey.map { key in
                try Tensor(
                    (0..<texts.map(\.count).reduce(0, +)).map {
                        key &* 0x9E37_79B9_7F4A_7C1 &+ Int64($0) &* 7919
                    }
                )
            },
            tape: tape
        )
    }
}

/// A model made of given tensors.
final class TensorSource: LanguageModelSource {
    let path = "tensors"
    let configuration: LanguageModelConfiguration
    var weightFiles: [String] = []
    var tensors: [String: Tensor]

    init(_ configuration: LanguageModelConfiguration, _ tensors: [String: Tensor]) {
        self.configuration = configuration
        self.tensors = tensors
    }

    /// The tensors of another source.
    convenience init(_ source: any LanguageModelSource, _ change: (inout LanguageModelConfiguration) -> Void)
        throws
    {
        var configuration = source.configuration
        change(&configuration)
        var tensors: [String: Tensor] = [:]
        for name in source.tensorNames { tensors[name] = try source.tensor(name) }
        self.init(configuration, tensors)
    }

    func tensor(_ name: String) throws -> Tensor? { tensors[name] }
    var tensorNames: [String] { tensors.keys.sorted() }
    func tokenizer() throws -> ByteLevelTokenizer { throw LanguageModelError.notFound(path: path) }
}

/// The largest difference, in units of the largest element of `expected`.
func relativeDifference(_ found: Tensor, _ expected: Tensor) throws -> Double {
    guard found.shape == expected.shape else { return .infinity }
    return try withoutGradient {
        let difference = try (found.to(.float64) - expected.to(.float64)).abs().maximum().item()
        return try difference / expected.to(.float64).abs().maximum().item()
    }
}

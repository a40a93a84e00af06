/// An adapter that cannot be read, written, or put on a model.
public struct LowRankError: Error, Equatable, CustomStringConvertible {
    /// The adapter's directory; empty for one that is made.
    public let path: String
    /// What is wrong.
    public let problem: Problem

    /// What can be wrong.
    public enum Problem: Equatable, Sendable {
        /// The system refused an operation, with its own reason.
        case system(operation: String, reason: String)
        /// A file of the adapter is not there.
        case noFile(name: String, hint: String)
        /// `adapter_config.json` is no JSON object.
        case json(reason: String)
        /// A setting that this library does not run.
        case setting(key: String, found: String, expected: String)
        /// Tensors that are no part of a pair of matrices of a linear layer.
        case keys([String])
        /// The base model has another number of blocks.
        case layers(found: Int, expected: Int, base: String?)
        /// Linear layers that the settings choose and the file lacks, or the file holds and the settings or the base do not have.
        case modules(missing: [String], surplus: [String], base: String?)
        /// A matrix does not fit the base model or the rank.
        case shape(key: String, found: [Int], expected: [Int], base: String?)
        /// Something is at the place already.
        case occupied
    }

    init(_ path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    /// The adapter, what was found in it and what was expected.
    public var description: String { path.isEmpty ? "\(problem)" : "\(path): \(problem)" }
}

extension LowRankError.Problem: CustomStringConvertible {
    /// What was found and what was expected.
    public var description: String {
        switch self {
        case .system(let operation, let reason): "cannot \(operation): \(reason)"
        case .noFile(let name, let hint):
            "there is no \(name); expected the directory of an adapter in PEFT's layout\(hint)"
        case .json(let reason): "adapter_config.json cannot be read: \(reason)"
        case .setting(let key, let found, let expected):
            "the adapter's setting \(key) is \(found), expected \(expected)"
        case .keys(let keys):
            "adapter_model.safetensors holds what is no pair of low-rank matrices of a linear layer: \(Self.list(keys)); "
                + "expected base_model.model.<layer>.lora_A.weight and .lora_B.weight"
        case .layers(let found, let expected, let base):
            "the adapter changes \(found) blocks and the model has \(expected): "
                + "it was made for another base model\(Self.named(base))"
        case .modules(let missing, let surplus, let base):
            "the adapter does not fit the model"
                + (missing.isEmpty ? "" : "; it lacks \(Self.list(missing))")
                + (surplus.isEmpty ? "" : "; the model or target_modules do not have \(Self.list(surplus))")
                + "; expected one pair for each layer that target_modules choose\(Self.named(base))"
        case .shape(let key, let found, let expected, let base):
            "'\(key)' has shape \(found), and the model needs \(expected): "
                + "the adapter was made for another base model or rank\(Self.named(base))"
        case .occupied: "it exists and is not an empty directory; choose another place"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", … (\(names.count) in all)" : "")
    }

    private static func named(_ base: String?) -> String { base.map { ", by its settings '\($0)'" } ?? "" }
}

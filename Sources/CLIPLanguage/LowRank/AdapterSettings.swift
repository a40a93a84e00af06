import Foundation

/// What `adapter_config.json` says.
struct AdapterSettings {
    static let fileName = "adapter_config.json"

    private(set) var rank = 8
    private(set) var alpha = 8.0
    private(set) var dropout = 0.0
    private(set) var usesRankStabilization = false
    /// The name or path of the model that it was made for.
    private(set) var base: String?
    private var targets: ModuleChoice?
    private var excluded: ModuleChoice?
    private var layers: [Int]?
    private let path: String

    /// Says where the adapter came from or how it began, and changes nothing of what it computes.
    private static let withoutEffect: Set = [
        "auto_mapping", "corda_config", "ensure_weight_tying", "eva_config", "inference_mode", "loftq_config",
        "lora_ga_config", "megatron_config", "megatron_core", "peft_version", "qalora_group_size", "revision",
        "runtime_config", "task_type",
    ]
    /// First values under which the base model stays what it was.
    private static let starts = ["gaussian", "eva", "orthogonal"]

    /// Reads the file of an adapter's directory.
    ///
    /// - Throws: ``LowRankError`` that names the setting which is not supported.
    init(in path: String) throws {
        self.path = path
        let file = URL(fileURLWithPath: path).appending(path: Self.fileName)
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw LowRankError(path, .noFile(name: Self.fileName, hint: ""))
        }
        let values: [String: SettingValue]
        do {
            values = try JSONDecoder().decode([String: SettingValue].self, from: try Data(contentsOf: file))
        } catch let error as DecodingError {
            throw LowRankError(path, .json(reason: "expected a JSON object (\(error.reason))"))
        } catch {
            throw LowRankError(path, .json(reason: error.localizedDescription))
        }
        for (key, value) in values.sorted(by: { $0.key < $1.key }) { try read(key, value) }
        guard values["peft_type"] != nil else {
            throw LowRankError(path, .setting(key: "peft_type", found: "missing", expected: "'LORA'"))
        }
    }

    /// Whether a linear layer is changed, by the name that it has in the file.
    func changes(_ name: String, layer: Int) -> Bool {
        guard excluded?.contains(name) != true else { return false }
        // What PEFT takes for this family where nothing is said.
        let targets = targets ?? .names(["q_proj", "v_proj"])
        guard targets.contains(name) else { return false }
        if case .names = targets, let layers { return layers.contains(layer) }
        return true
    }

    private mutating func read(_ key: String, _ value: SettingValue) throws {
        switch key {
        case "peft_type":
            guard value == .text("LORA") else { throw unfit(key, value, "'LORA'") }
        case "r":
            guard let whole = value.whole, whole > 0 else { throw unfit(key, value, "a whole number from 1") }
            rank = whole
        case "lora_alpha":
            guard case .number(let number) = value else { throw unfit(key, value, "a number") }
            alpha = number
        case "lora_dropout":
            guard case .number(let number) = value, (0..<1).contains(number) else {
                throw unfit(key, value, "a number from 0 to below 1")
            }
            dropout = number
        case "use_rslora":
            guard case .flag(let flag) = value else { throw unfit(key, value, "true or false") }
            usesRankStabilization = flag
        case "base_model_name_or_path":
            if case .text(let text) = value { base = text }
        case "target_modules": targets = try choice(key, value)
        case "exclude_modules": excluded = try choice(key, value)
        case "layers_to_transform":
            guard value != .nothing, value != .list([]) else { return }
            if let one = value.whole {
                layers = [one]
            } else if case .list(let list) = value, list.allSatisfy({ $0.whole != nil }) {
                layers = list.compactMap(\.whole)
            } else {
                throw unfit(key, value, "whole numbers")
            }
        case "layers_pattern":
            guard value.isOff || value == .text("layers") || value == .list([.text("layers")]) else {
                throw unfit(key, value, "null or 'layers'")
            }
        case "bias":
            guard value == .text("none") else { throw unfit(key, value, "'none': biases are not changed") }
        case "init_lora_weights":
            if case .text(let text) = value, !Self.starts.contains(text) {
                throw unfit(
                    key,
                    value,
                    "a start that leaves the base model as it is (\(Self.starts.joined(separator: ", ")))"
                )
            }
        default:
            guard value.isOff || Self.withoutEffect.contains(key) else {
                throw unfit(key, value, "none: this setting is not supported")
            }
        }
    }

    private func choice(_ key: String, _ value: SettingValue) throws -> ModuleChoice? {
        if value == .nothing || (key == "exclude_modules" && value.isOff) { return nil }
        guard let choice = try? ModuleChoice(value) else {
            throw unfit(key, value, "a list of names, an expression, or 'all-linear'")
        }
        return choice
    }

    private func unfit(_ key: String, _ value: SettingValue, _ expected: String) -> LowRankError {
        LowRankError(path, .setting(key: key, found: "\(value)", expected: expected))
    }
}

extension DecodingError {
    /// Foundation's words, without its types.
    fileprivate var reason: String {
        switch self {
        case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
            .valueNotFound(_, let context):
            context.debugDescription
        @unknown default: "\(self)"
        }
    }
}

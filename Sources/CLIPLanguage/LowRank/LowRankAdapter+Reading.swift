import Foundation
import Torch
import TorchNN

extension LowRankAdapter {
    /// The file that holds the matrices.
    static let weightsName = "adapter_model.safetensors"

    /// The files of an adapter's directory that decide what it computes.
    public static func files(in path: String) -> [String] {
        [AdapterSettings.fileName, weightsName].map { URL(fileURLWithPath: path).appending(path: $0).path }
    }

    /// Reads an adapter in PEFT's layout for a model: `adapter_config.json` and `adapter_model.safetensors`.
    ///
    /// The matrices become float32 of this process. Names with and without the adapter's own (`lora_A.default.weight`) are
    /// understood, and those of a decoder without its head (`base_model.model.layers…`).
    ///
    /// - Throws: ``LowRankError`` for settings that are not supported and for all that does not fit the model, by name, and
    ///   ``TorchNN/SafetensorsError``.
    public init(directory path: String, for configuration: LanguageModelConfiguration) throws {
        let settings = try AdapterSettings(in: path)
        let file = URL(fileURLWithPath: path).appending(path: Self.weightsName)
        guard FileManager.default.fileExists(atPath: file.path) else {
            let pickle = FileManager.default.fileExists(atPath: "\(path)/adapter_model.bin")
            throw LowRankError(
                path,
                .noFile(
                    name: Self.weightsName,
                    hint: pickle ? "; adapter_model.bin is not read, save with safe_serialization" : ""
                )
            )
        }
        let weights = try SafetensorsFile(path: file.path)
        let keys = try AdapterKeys(weights.names, path)
        try keys.check(settings, configuration, path)
        var options = Options()
        options.rank = settings.rank
        options.alpha = settings.alpha
        options.dropout = settings.dropout
        options.usesRankStabilization = settings.usesRankStabilization
        var pairs: [String: Pair] = [:]
        var parts: Set<String> = []
        for projection in configuration.projections {
            guard let names = keys.modules[projection.name], let down = names.down, let up = names.up else {
                continue
            }
            func matrix(_ key: String, _ shape: [Int]) throws -> Tensor {
                let tensor = try weights.tensor(key)
                guard tensor.shape == shape else {
                    throw LowRankError(
                        path,
                        .shape(key: key, found: tensor.shape, expected: shape, base: settings.base)
                    )
                }
                return try withoutGradient { try tensor.to(.float32).cloned() }
            }
            pairs[projection.name] = Pair(
                down: try matrix(down, [settings.rank, projection.input]),
                up: try matrix(up, [projection.output, settings.rank])
            )
            parts.insert(projection.part)
        }
        options.targets = LanguageModelConfiguration.projectionParts.filter(parts.contains)
        self.init(options: options, pairs: pairs)
        blockCount = configuration.layers
    }
}

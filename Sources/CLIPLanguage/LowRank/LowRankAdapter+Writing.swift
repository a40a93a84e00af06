import Foundation
import LocalFiles
import Torch
import TorchNN

extension LowRankAdapter {
    /// Writes the adapter in PEFT's layout, whole or not at all: a directory beside the target is filled, synchronised and renamed.
    ///
    /// The matrices are written as float32, under the names that PEFT expects for a model with its head
    /// (`AutoModelForCausalLM`). Missing enclosing directories are made.
    ///
    /// - Parameters:
    ///   - path: The directory; it must not exist, or be empty.
    ///   - base: Name or path of the base model, which PEFT's loaders look for.
    /// - Throws: ``LowRankError`` with ``LowRankError/Problem/occupied`` where something is there, and otherwise ``LowRankError`` or
    ///   ``TorchNN/SafetensorsError``; nothing is left of a failed write.
    public func write(to path: String, base: String? = nil) throws {
        let target = URL(fileURLWithPath: path).standardizedFileURL
        let manager = FileManager.default
        if manager.fileExists(atPath: target.path) {
            guard let names = try? manager.contentsOfDirectory(atPath: target.path), names.isEmpty else {
                throw LowRankError(path, .occupied)
            }
        }
        let part = target.deletingLastPathComponent()
            .appending(path: ".\(target.lastPathComponent).\(getpid()).partial")
        do {
            try? manager.removeItem(at: part)
            try manager.createDirectory(at: part, withIntermediateDirectories: true)
            let settings = part.appending(path: AdapterSettings.fileName)
            try self.settings(base: base).write(to: settings)
            try DurableFile.synchronize(settings)
            let values = try withoutGradient { try tensors.mapValues { try $0.detached().to(.float32) } }
            try SafetensorsFile.write(
                values,
                metadata: ["format": "pt"],
                to: part.appending(path: Self.weightsName).path
            )
            try DurableFile.synchronize(part)
            try DurableFile.rename(part, to: target)
        } catch {
            try? manager.removeItem(at: part)
            guard error is SafetensorsError || error is TorchError else {
                throw LowRankError(
                    path,
                    .system(operation: "write an adapter", reason: SystemReason.text(of: error))
                )
            }
            throw error
        }
    }

    /// Whether the targets' short names, which mean projections of all blocks, choose exactly the pairs.
    private var changesAllBlocks: Bool {
        guard let blockCount, pairs.count == blockCount * options.targets.count else { return false }
        return pairs.keys.allSatisfy { name in
            options.targets.contains { name.hasSuffix(".\($0)") }
        }
    }

    /// The text of `adapter_config.json`.
    private func settings(base: String?) throws -> Data {
        // A setting of whole numbers to PEFT.
        let alpha: Any = Int(exactly: options.alpha) ?? options.alpha
        let object: [String: Any] = [
            "base_model_name_or_path": base ?? NSNull(),
            "bias": "none",
            "fan_in_fan_out": false,
            "inference_mode": true,
            "init_lora_weights": true,
            "lora_alpha": alpha,
            "lora_dropout": options.dropout,
            "modules_to_save": NSNull(),
            "peft_type": "LORA",
            "r": options.rank,
            "target_modules": changesAllBlocks ? options.targets : pairs.keys.sorted(),
            "task_type": NSNull(),
            "use_dora": false,
            "use_rslora": options.usesRankStabilization,
        ]
        return try JSONSerialization.data(
            withJSONObject: object,
            options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        )
    }
}

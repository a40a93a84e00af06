public import Foundation
import LocalFiles
public import Torch
import TorchNN

extension CheckpointDirectory {
    /// Writes a model, whole or not at all: a directory beside the target is filled, synchronised and renamed.
    ///
    /// Weights are written as float32. Missing enclosing directories are made.
    ///
    /// - Parameters:
    ///   - tokenizerFiles: Files by name that the tokenizer is made from (``CLIPText/TextTokenizer/files``).
    ///   - copies: More files that come with it: their places in the directory and where they lie now.
    /// - Throws: ``CheckpointError/occupied(path:)`` where the target exists and is not an empty directory, and
    ///   otherwise ``CheckpointError`` or ``TorchNN/SafetensorsError``; nothing is left of a failed write.
    public static func write(
        _ tensors: [String: Tensor],
        configuration: ModelConfiguration,
        preprocessing: Preprocessing,
        tokenizerFiles: [String: Data] = [:],
        copies: [String: String] = [:],
        to path: String
    ) throws {
        let target = URL(fileURLWithPath: path).standardizedFileURL
        let manager = FileManager.default
        if manager.fileExists(atPath: target.path) {
            guard let names = try? manager.contentsOfDirectory(atPath: target.path), names.isEmpty else {
                throw CheckpointError.occupied(path: path)
            }
        }
        let parent = target.deletingLastPathComponent()
        let part = parent.appending(path: ".\(target.lastPathComponent).\(getpid()).partial")
        do {
            try? manager.removeItem(at: part)
            try manager.createDirectory(at: part, withIntermediateDirectories: true)
            var own = configuration.ownJSON
            own["pixels"] = preprocessing.pixels.json
            let object: [String: Any] = [
                "model_cfg": configuration.json, "preprocess_cfg": preprocessing.json, "swift_clip": own,
            ]
            let files = tokenizerFiles.merging([configurationName: try encoded(object)]) { $1 }
            for (name, content) in files.sorted(by: { $0.key < $1.key }) {
                let file = part.appending(path: name)
                try content.write(to: file)
                try DurableFile.synchronize(file)
            }
            try copy(copies, into: part)
            let values = try withoutGradient { try tensors.mapValues { try $0.detached().to(.float32) } }
            // Readers of the transformers family ask for the format.
            try SafetensorsFile.write(
                values,
                metadata: ["format": "pt"],
                to: part.appending(path: weightsName).path
            )
            try DurableFile.synchronize(part)
            try DurableFile.rename(part, to: target)
        } catch {
            try? manager.removeItem(at: part)
            guard error is CheckpointError || error is SafetensorsError || error is TorchError else {
                throw CheckpointError.system(
                    operation: "write a checkpoint to",
                    path: path,
                    reason: SystemReason.text(of: error)
                )
            }
            throw error
        }
    }

    private static func copy(_ files: [String: String], into folder: URL) throws {
        for (name, source) in files.sorted(by: { $0.key < $1.key }) {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            // What a link leads to, and not the link.
            let origin = URL(fileURLWithPath: source).resolvingSymlinksInPath()
            try FileManager.default.copyItem(at: origin, to: file)
            try DurableFile.synchronize(file)
        }
    }

    /// Whether a configuration's text is to the byte what this library writes for it. Other programs format JSON in other
    /// ways.
    static func isOurs(_ text: Data, _ object: [String: Any]) -> Bool { (try? encoded(object)) == text }

    private static func encoded(_ object: [String: Any]) throws -> Data {
        try JSONSerialization.data(
            withJSONObject: object,
            options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        )
    }
}

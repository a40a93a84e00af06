import Foundation
import LocalFiles
import Torch
import TorchNN

/// The tensors of `model.safetensors`, or of the shards that `model.safetensors.index.json` names, as views of mapped files.
struct ShardedWeights {
    static let fileName = "model.safetensors"
    static let indexName = "model.safetensors.index.json"

    /// The files of weights, and the index where there is one, by their paths.
    let files: [String]
    /// Where each tensor lies, by its name with `model.`.
    private let places: [String: (file: SafetensorsFile, name: String)]

    init(directory: String) throws {
        let file = "\(directory)/\(Self.fileName)"
        let index = "\(directory)/\(Self.indexName)"
        // transformers, too, takes the single file where there are both.
        if FileManager.default.fileExists(atPath: file) {
            let weights = try SafetensorsFile(path: file)
            files = [file]
            places = try Self.places(weights.names.map { (weights, $0) })
        } else if FileManager.default.fileExists(atPath: index) {
            let map = try Self.weightMap(index)
            var shards: [String: SafetensorsFile] = [:]
            for (tensor, name) in map where shards[name] == nil {
                let shard = "\(directory)/\(name)"
                guard FileManager.default.fileExists(atPath: shard) else {
                    throw LanguageModelError.missingShard(index: index, file: name, tensor: tensor)
                }
                shards[name] = try SafetensorsFile(path: shard)
            }
            files = [index] + shards.keys.sorted().map { "\(directory)/\($0)" }
            places = try Self.places(
                map.compactMap { tensor, name in
                    guard let shard = shards[name] else { return nil }
                    guard shard[tensor] != nil else {
                        throw LanguageModelError.missingTensor(
                            path: shard.path,
                            tensor: tensor,
                            expected: nil
                        )
                    }
                    return (shard, tensor)
                }
            )
        } else {
            throw LanguageModelError.notALanguageModel(path: directory, kind: Self.noWeights(in: directory))
        }
    }

    var names: [String] { places.keys.sorted() }

    func tensor(_ name: String) throws -> Tensor? { try places[name].map { try $0.file.tensor($0.name) } }

    func file(of name: String) -> String? { places[name]?.file.path }

    /// Exports of the decoder alone drop `model.`, and old files hold tables of rotary positions, which are computed here.
    private static func places(_ tensors: [(file: SafetensorsFile, name: String)]) throws -> [String: (
        file: SafetensorsFile, name: String
    )] {
        var places: [String: (file: SafetensorsFile, name: String)] = [:]
        for tensor in tensors where !tensor.name.hasSuffix(".rotary_emb.inv_freq") {
            let isFull = tensor.name.hasPrefix("model.") || tensor.name.hasPrefix("lm_head.")
            let name = isFull ? tensor.name : "model.\(tensor.name)"
            guard places.updateValue(tensor, forKey: name) == nil else {
                throw LanguageModelError.foreignTensor(
                    path: tensor.file.path,
                    tensor: name,
                    reason: "is there twice, with and without 'model.'; expected it once"
                )
            }
        }
        return places
    }

    /// Tensors and the names of their files, sorted.
    private static func weightMap(_ index: String) throws -> [(tensor: String, file: String)] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: index))
        } catch {
            throw LanguageModelError.unreadable(path: index, reason: SystemReason.text(of: error))
        }
        let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        guard let map = object?["weight_map"] as? [String: String], !map.isEmpty else {
            throw LanguageModelError.unreadable(
                path: index,
                reason: "it has no 'weight_map' from tensors to files; copy the index of the model again"
            )
        }
        for (tensor, file) in map where file.isEmpty || file.contains("/") || file.hasPrefix(".") {
            throw LanguageModelError.unreadable(
                path: index,
                reason: "'\(tensor)' lies in '\(file)', and shards are files beside the index"
            )
        }
        return map.map { (tensor: $0.key, file: $0.value) }.sorted { $0.tensor < $1.tensor }
    }

    private static func noWeights(in directory: String) -> String {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
        var text = "without weights that can be read: expected \(fileName) or \(indexName); it holds "
        text +=
            names.isEmpty
            ? "nothing" : names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", …" : "")
        if names.contains(where: { $0.hasSuffix(".bin") || $0.hasSuffix(".pt") || $0.hasSuffix(".pth") }) {
            text += ". Pickled weights are not read: save them as safetensors with transformers first"
        }
        return text
    }
}

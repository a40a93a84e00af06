import Foundation

extension CheckpointDirectory {
    /// The directory with the configuration that a path means.
    static func resolve(_ path: String) throws -> String {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw CheckpointError.notFound(path: path)
        }
        guard isDirectory.boolValue else {
            guard let foreign = ForeignWeights(path: path) else {
                throw CheckpointError.notADirectory(path: path)
            }
            throw CheckpointError.foreignFile(path: path, kind: "\(foreign.rawValue), \(foreign.remedy)")
        }
        for candidate in [path, join(path, "model")] where hasConfiguration(candidate) { return candidate }
        let run = join(path, "checkpoints")
        for step in steps(in: run).reversed() {
            let candidate = join(run, "step-\(step)", "model")
            if hasConfiguration(candidate) { return candidate }
        }
        if let family = languageFamily(of: path) {
            let layout = "a directory in open_clip's layout, \(configurationName) and \(weightsName)"
            throw CheckpointError.foreignFile(
                path: path,
                kind:
                    "a language model (\(family)), and a CLIP checkpoint is expected here: \(layout). A checkpoint that was "
                    + "trained with a language model names it itself; --language-model says where that lies now"
            )
        }
        if let adapter = adapter(of: path) {
            throw CheckpointError.foreignFile(
                path: path,
                kind:
                    "an adapter of a language model (\(adapter)), and a CLIP checkpoint is expected here. Compute vectors of "
                    + "captions with it (clip embed captions --adapter), and name the model that is trained on them"
            )
        }
        let names = names(in: path)
        let isRun = names.contains("checkpoints") || names.contains("recipe.yaml")
        throw isRun
            ? CheckpointError.emptyRun(path: path) : CheckpointError.notACheckpoint(path: path, names: names)
    }

    /// Whether a path leads to a checkpoint, or a run that has one.
    public static func isCheckpoint(_ path: String) -> Bool { (try? resolve(path)) != nil }

    /// The kind of language model that a directory in Hugging Face's layout holds; nil for anything else.
    private static func languageFamily(of directory: String) -> String? {
        guard let data = FileManager.default.contents(atPath: join(directory, "config.json")),
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let family = object["model_type"] as? String,
            ["llama", "qwen2", "mistral"].contains(family)
        else { return nil }
        return family
    }

    /// What holds an adapter: a directory in PEFT's layout, a step of a run, or the newest step of one; nil where none does.
    private static func adapter(of path: String) -> String? {
        func isAdapter(_ directory: String) -> Bool {
            FileManager.default.fileExists(atPath: join(directory, "adapter_config.json"))
        }
        if isAdapter(path) { return "a directory in PEFT's layout" }
        if isAdapter(join(path, "model")) { return "one step of a run that tunes it" }
        let run = join(path, "checkpoints")
        return steps(in: run).last { isAdapter(join(run, "step-\($0)", "model")) }.map {
            "step \($0) of a run that tunes it"
        }
    }

    /// The visible names of a directory, sorted.
    static func names(in directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    static func join(_ components: String...) -> String { components.joined(separator: "/") }

    private static func steps(in directory: String) -> [Int] {
        names(in: directory).compactMap { name in
            guard name.hasPrefix("step-"), let step = Int(name.dropFirst(5)), "step-\(step)" == name else {
                return nil
            }
            return step
        }.sorted()
    }

    private static func hasConfiguration(_ directory: String) -> Bool {
        FileManager.default.fileExists(atPath: join(directory, configurationName))
    }
}

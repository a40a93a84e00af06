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
        let names = names(in: path)
        let isRun = names.contains("checkpoints") || names.contains("recipe.yaml")
        throw isRun
            ? CheckpointError.emptyRun(path: path) : CheckpointError.notACheckpoint(path: path, names: names)
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

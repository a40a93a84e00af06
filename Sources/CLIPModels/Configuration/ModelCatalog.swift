import Foundation
import LocalFiles

/// The named configurations that come with the package (open_clip's, fetched by the set-up script).
public enum ModelCatalog {
    /// All names, sorted.
    public static func names() throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(at: folder(), includingPropertiesForKeys: nil)
        return files.filter { $0.pathExtension == "json" }.map {
            $0.deletingPathExtension().lastPathComponent
        }.sorted()
    }

    /// The configuration of a name, or of a path to a JSON file: a bare `model_cfg`, or an object that holds one, as
    /// `open_clip_config.json` does, and `swift_clip` where open_clip has no words for the model.
    public static func configuration(_ nameOrPath: String) throws -> ModelConfiguration {
        let file = try file(nameOrPath)
        if let foreign = ForeignWeights(path: file.path) {
            throw ModelConfigurationError.foreignFile(
                path: nameOrPath,
                kind: "\(foreign.rawValue), \(foreign.remedy)"
            )
        }
        let data: Data
        do {
            data = try Data(contentsOf: file)
        } catch {
            throw ModelConfigurationError.unreadable(path: nameOrPath, reason: SystemReason.text(of: error))
        }
        let object = try ConfigurationReader.parse(data)
        return try ModelConfiguration(object)
    }

    private static func file(_ nameOrPath: String) throws -> URL {
        let manager = FileManager.default
        let path = URL(fileURLWithPath: nameOrPath)
        if nameOrPath.contains("/") || nameOrPath.hasSuffix(".json") {
            guard manager.fileExists(atPath: path.path) else {
                throw ModelConfigurationError.noFile(nameOrPath)
            }
            return path
        }
        let named = try folder().appendingPathComponent("\(nameOrPath).json")
        if manager.fileExists(atPath: named.path) { return named }
        // A name comes before a file, so that no file that lies about changes what a recipe means.
        guard manager.fileExists(atPath: path.path) else {
            throw ModelConfigurationError.unknown(nameOrPath, nearest: try similar(to: nameOrPath))
        }
        return path
    }

    private static func folder() throws -> URL {
        guard let resources = Bundle.module.url(forResource: "Resources/model_configs", withExtension: nil)
        else {
            throw ModelConfigurationError.unreadable(
                path: "Resources/model_configs",
                reason: "the package was built without its resources; run ./scripts/setup and build again"
            )
        }
        return resources
    }

    private static func similar(to name: String) throws -> [String] {
        let letters = Set(name.lowercased())
        return try names()
            .map { (name: $0, distance: Set($0.lowercased()).symmetricDifference(letters).count) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(3).map(\.name)
    }
}

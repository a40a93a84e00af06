public import Foundation

/// The folder of files that are fetched on demand: `$SWIFT_CLIP_MODELS`, else `swift-clip/models` in `$XDG_CACHE_HOME`, else
/// `~/.cache/swift-clip/models`.
public enum AssetFolder {
    /// Where a file of the folder lies, as `bert-base-uncased/vocab.txt`.
    ///
    /// - Throws: ``AssetError/missing(file:command:)``.
    public static func url(
        _ path: String,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> URL {
        let file = folder(environment).appending(path: path)
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw AssetError.missing(file: file, command: "scripts/models \(name(of: path))")
        }
        return file
    }

    private static func folder(_ environment: [String: String]) -> URL {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let named = value("SWIFT_CLIP_MODELS") { return URL(fileURLWithPath: named) }
        let caches =
            value("XDG_CACHE_HOME").map(URL.init(fileURLWithPath:))
            ?? FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache")
        return caches.appending(path: "swift-clip/models")
    }

    /// What `scripts/models` calls the files of a path.
    private static func name(of path: String) -> String {
        path.hasPrefix("bert-base-uncased/") ? "wordpiece" : path.prefix { $0 != "/" }.description
    }
}

/// A file that has to be fetched first.
public enum AssetError: Error, Equatable, CustomStringConvertible {
    /// It is not where it is looked for.
    case missing(file: URL, command: String)

    /// What is missing, where it was looked for, and what fetches it.
    public var description: String {
        switch self {
        case .missing(let file, let command):
            "there is no \(file.path): run '\(command)' in the package once, which fetches it, or name the folder that "
                + "holds it in SWIFT_CLIP_MODELS"
        }
    }
}

public import Foundation

/// The folder of files that are fetched on demand, by `scripts/models`.
///
/// It is `$SWIFT_CLIP_MODELS`, else `swift-clip/models` in `$XDG_CACHE_HOME`, else `~/.cache/swift-clip/models`.
public enum AssetFolder {
    /// A file of the folder, by its path there.
    public enum Asset: String, CaseIterable, Sendable {
        /// The weights of ``PartOfSpeechTagger``.
        case tagger = "tagger/tagger.json"
        /// The vocabulary of BERT's uncased word pieces.
        case wordPieces = "bert-base-uncased/vocab.txt"
        /// A small language model, SmolLM2-135M-Instruct, in GGUF.
        case smolLM2 = "smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"

        /// What `scripts/models` calls it.
        public var name: String {
            switch self {
            case .tagger: "tagger"
            case .wordPieces: "wordpiece"
            case .smolLM2: "smollm2"
            }
        }
    }

    /// Where a file lies that is there.
    ///
    /// - Throws: ``AssetError`` that names the command which fetches it.
    public static func url(
        _ asset: Asset,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(AssetError) -> URL {
        let url = place(environment).appending(path: asset.rawValue)
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw AssetError(file: url, asset: asset)
        }
        return url
    }

    private static func place(_ environment: [String: String]) -> URL {
        func folder(_ variable: String) -> URL? {
            guard let path = environment[variable], !path.isEmpty else { return nil }
            return URL(fileURLWithPath: path, isDirectory: true)
        }
        if let models = folder("SWIFT_CLIP_MODELS") { return models }
        let cache = folder("XDG_CACHE_HOME")
        let home = folder("HOME") ?? FileManager.default.homeDirectoryForCurrentUser
        return (cache ?? home.appending(path: ".cache")).appending(path: "swift-clip/models")
    }
}

/// A file that is to be fetched first.
public struct AssetError: Error, Equatable, CustomStringConvertible {
    /// Where it was looked for.
    public let file: URL
    /// Which file it is.
    public let asset: AssetFolder.Asset

    /// What is missing, and the command that fetches it.
    public var description: String {
        "there is no \(file.path): run `scripts/models \(asset.name)` in the package's folder to fetch "
            + "it, or set SWIFT_CLIP_MODELS to the folder that holds it"
    }
}

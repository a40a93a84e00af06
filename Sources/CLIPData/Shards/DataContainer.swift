import Foundation
import RemoteFiles

/// A file, folder, address or command that holds samples: an entry of a ``ShardList``.
public struct DataContainer: Sendable, Hashable {
    /// What kind of data it is.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// A tar file whose members are samples.
        case tar
        /// A table with one sample in each row: `.csv`, `.tsv`.
        case table
        /// One JSON object for each sample in each line: `.jsonl`, `.ndjson`.
        case jsonLines
        /// A folder of pictures with files of the same name beside them.
        case folder
    }

    /// The path, address or command, as it was named.
    public let name: String
    /// What kind of data it is.
    public let kind: Kind

    /// A container of a known kind.
    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// The name for people and files: without the passwords and query values of an address.
    public var redactedName: String {
        isLocal ? name : (try? Location(name))?.description ?? Location.redacted(name)
    }

    /// Whether it lies on this machine's file system, rather than behind an address or a command.
    public var isLocal: Bool { !Self.isRemote(name) }

    /// Whether its bytes are gzip's, by its name.
    var isCompressed: Bool {
        guard kind == .tar else { return false }
        return isLocal
            ? Location.file(name).isNamedCompressed : (try? Location(name))?.isNamedCompressed ?? false
    }

    /// Whether its bytes lie in a local file as they are, so that they can be mapped.
    var isPlainFile: Bool { isLocal && !isCompressed && kind != .folder }

    /// Whether a file's name says that it is a tar file, compressed or not.
    static func isNamedShard(_ name: String) -> Bool {
        let name = name.lowercased()
        return [".tar", ".tar.gz", ".tgz"].contains(where: name.hasSuffix)
    }

    /// Whether a file's name says that it is one JSON value, which may be a list.
    static func isJSONList(_ name: String) -> Bool { name.lowercased().hasSuffix(".json") }

    /// What to do about such a list.
    static let jsonListAdvice =
        "a list is read with one object in each line, and .json is one value; write it so, as with `jq -c '.[]' list.json > list.jsonl`, with the picture's path and its caption in each object"

    package static func isRemote(_ name: String) -> Bool { name.hasPrefix("pipe:") || name.contains("://") }

    /// The kind that a file's name says.
    static func kind(ofFile name: String) -> Kind {
        switch (name as NSString).pathExtension.lowercased() {
        case "csv", "tsv": .table
        case "jsonl", "ndjson": .jsonLines
        default: .tar
        }
    }
}

import Foundation
import LocalFiles
import RemoteFiles

/// The data that a run reads, in order: shards, tables and folders, from patterns, globs, directories or plain paths.
public struct ShardList: Sendable, Hashable {
    /// The shards, tables and folders.
    public let containers: [DataContainer]
    /// For each of them, which of the given sources named it.
    public let sources: [Int]
    /// The sources as they were given.
    public let specifications: [String]

    /// What the list was made from.
    public var specification: String { specifications.joined(separator: "::") }

    /// The names of the shards, tables and folders.
    public var paths: [String] { containers.map(\.name) }

    /// Reads one specification; several sources are joined by `::`.
    ///
    /// - Throws: `ShardError` when a source names nothing or a shard does not exist.
    public init(_ specification: String) throws {
        try self.init([specification])
    }

    /// Reads several specifications.
    ///
    /// A source is a path, a brace pattern (`{00000..00099}.tar`), a glob (`*.tar`), or a directory, which stands
    /// for the `.tar` files in it, sorted by name, or for the pictures below it where it holds no shard.
    /// - Throws: `ShardError` when a source names nothing, a shard does not exist, or one is named twice.
    public init(_ specifications: [String]) throws {
        let parts = specifications.flatMap(Self.parts)
        self.specifications = parts
        guard !parts.isEmpty else {
            throw ShardError.noShards(specification: "", reason: "the list is empty")
        }
        var containers: [DataContainer] = []
        var sources: [Int] = []
        for (source, part) in parts.enumerated() {
            let found = try Self.resolve(part)
            containers += found
            sources += repeatElement(source, count: found.count)
        }
        var seen: Set<String> = []
        for container in containers {
            let name = container.isLocal ? FilePath.absolute(container.name) : container.name
            guard seen.insert(name).inserted else { throw ShardError.repeated(path: container.name) }
        }
        self.containers = containers
        self.sources = sources
    }

    private init(containers: [DataContainer], sources: [Int], specifications: [String]) {
        self.containers = containers
        self.sources = sources
        self.specifications = specifications
    }

    /// The first source by itself.
    var firstSource: ShardList {
        let count = sources.prefix { $0 == 0 }.count
        return ShardList(
            containers: Array(containers.prefix(count)),
            sources: Array(sources.prefix(count)),
            specifications: Array(specifications.prefix(1))
        )
    }

    /// Whether a text stands for shards, there or not, rather than for tables, lists or folders of pictures only.
    public static func namesShards(_ specification: String) -> Bool {
        let parts = parts(of: specification)
        guard parts.count == 1 else { return parts.contains(where: namesShards) }
        if DataContainer.isRemote(specification) || DataContainer.isNamedShard(specification) { return true }
        if FilePath.isGlob(specification), FilePath.kind(of: specification) == nil {
            return FilePath.glob(specification).contains(where: DataContainer.isNamedShard)
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: specification)) ?? []
        return names.contains { !$0.hasPrefix(".") && DataContainer.isNamedShard($0) }
    }

    /// Sources for people: without the passwords and query values of addresses, and commands shortened.
    public static func redacted(_ specification: String) -> String {
        parts(of: specification).map(Location.redacted).joined(separator: "::")
    }

    /// The sources that one text names: `::` stands between them, but in a command it is part of it.
    public static func parts(of specification: String) -> [String] {
        specification.hasPrefix("pipe:") ? [specification] : specification.components(separatedBy: "::")
    }
}

import Foundation
import LocalFiles

/// The shards of a data set, in order, from patterns, globs, directories or plain paths.
public struct ShardList: Sendable, Hashable {
    /// The shards' paths.
    public let paths: [String]
    /// For each shard, which of the given sources named it.
    public let sources: [Int]
    /// What the list was made from.
    public let specification: String

    /// Reads one specification; several sources are joined by `::`.
    ///
    /// - Throws: `ShardError` when a source names nothing or a shard does not exist.
    public init(_ specification: String) throws {
        try self.init([specification])
    }

    /// Reads several specifications.
    ///
    /// A source is a path, a brace pattern (`{00000..00099}.tar`), a glob (`*.tar`), or a directory, which stands
    /// for the `.tar` files in it, sorted by name.
    /// - Throws: `ShardError` when a source names nothing, a shard does not exist, or one is named twice.
    public init(_ specifications: [String]) throws {
        let parts = specifications.flatMap { $0.components(separatedBy: "::") }
        specification = specifications.joined(separator: "::")
        guard !parts.isEmpty else {
            throw ShardError.noShards(specification: "", reason: "the list is empty")
        }
        var paths: [String] = []
        var sources: [Int] = []
        for (source, part) in parts.enumerated() {
            let found = try Self.resolve(part)
            paths += found
            sources += repeatElement(source, count: found.count)
        }
        var seen: Set<String> = []
        for path in paths where !seen.insert(FilePath.absolute(path)).inserted {
            throw ShardError.repeated(path: path)
        }
        self.paths = paths
        self.sources = sources
    }

    private static func resolve(_ part: String) throws -> [String] {
        if part.isEmpty { throw ShardError.noShards(specification: part, reason: "the text is empty") }
        if part.hasPrefix("pipe:") || part.contains("://") {
            throw ShardError.noShards(specification: part, reason: "only local files can be read")
        }
        // A file whose name happens to hold braces or stars is meant as it is.
        if FilePath.kind(of: part) == .file { return [part] }
        let names = try BracePattern.expand(part)
        let isUnclosed = BracePattern.isUnclosed(part)
        func unclosed() -> ShardError {
            .noShards(
                specification: part,
                reason: "a brace is never closed; expected a pattern such as 'data/{000..099}.tar'"
            )
        }
        var found: [String] = []
        var missing: [String] = []
        for name in names {
            switch FilePath.kind(of: name) {
            case .file: found.append(name)
            case .directory: found += try tars(in: name)
            case nil where FilePath.isGlob(name):
                let matches = FilePath.glob(name)
                if matches.isEmpty {
                    if isUnclosed { throw unclosed() }
                    throw ShardError.noShards(
                        specification: part,
                        reason: "no file matches the glob '\(name)'"
                    )
                }
                found += matches
            case nil: missing.append(name)
            }
        }
        if let first = missing.first {
            if isUnclosed { throw unclosed() }
            throw ShardError.missing(
                specification: part,
                first: first,
                missing: missing.count,
                named: names.count
            )
        }
        return found
    }

    private static func tars(in directory: String) throws -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw ShardError.file(path: directory, action: "list", reason: SystemReason.text(of: error))
        }
        let tars = names.filter { $0.hasSuffix(".tar") && !$0.hasPrefix(".") }.sorted()
        guard !tars.isEmpty else {
            throw ShardError.noShards(
                specification: directory,
                reason: "the directory holds no .tar file (\(names.count) other names)"
            )
        }
        return tars.map { directory.hasSuffix("/") ? directory + $0 : "\(directory)/\($0)" }
    }
}

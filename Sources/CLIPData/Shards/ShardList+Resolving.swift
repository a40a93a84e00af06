import Foundation
import LocalFiles

extension ShardList {
    /// The containers that one source stands for.
    static func resolve(_ part: String) throws -> [DataContainer] {
        if part.isEmpty { throw ShardError.noShards(specification: part, reason: "the text is empty") }
        if DataContainer.isRemote(part) { return try remote(part) }
        // A file whose name happens to hold braces or stars is meant as it is.
        if FilePath.kind(of: part) == .file { return [try file(part)] }
        let names = try BracePattern.expand(part)
        let isUnclosed = BracePattern.isUnclosed(part)
        func unclosed() -> ShardError {
            .noShards(
                specification: part,
                reason: "a brace is never closed; expected a pattern such as 'data/{000..099}.tar'"
            )
        }
        var found: [DataContainer] = []
        var missing: [String] = []
        for name in names {
            switch FilePath.kind(of: name) {
            case .file: found.append(try file(name))
            case .directory: found += try directory(name)
            case nil where FilePath.isGlob(name):
                let matches = FilePath.glob(name)
                if matches.isEmpty {
                    if isUnclosed { throw unclosed() }
                    throw ShardError.noShards(
                        specification: part,
                        reason: "no file matches the glob '\(name)'"
                    )
                }
                found += try matches.map(file)
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

    private static func file(_ name: String) throws(ShardError) -> DataContainer {
        if DataContainer.isJSONList(name) {
            throw .noShards(specification: name, reason: DataContainer.jsonListAdvice)
        }
        return DataContainer(name: name, kind: DataContainer.kind(ofFile: name))
    }

    /// Addresses and commands; only tar files come that way.
    private static func remote(_ part: String) throws -> [DataContainer] {
        let names = try BracePattern.expand(part)
        if BracePattern.isUnclosed(part), !part.hasPrefix("pipe:") {
            throw ShardError.noShards(specification: part, reason: "a brace is never closed")
        }
        return try names.map { name in
            let path = String(name.prefix { $0 != "?" && $0 != "#" })
            let kind = name.hasPrefix("pipe:") ? .tar : DataContainer.kind(ofFile: path)
            guard kind == .tar, name.hasPrefix("pipe:") || !DataContainer.isJSONList(path) else {
                throw ShardError.noShards(
                    specification: part,
                    reason: "tables and lists are read from local files only; download it first"
                )
            }
            return DataContainer(name: name, kind: kind)
        }
    }

    /// The shards in a directory, or the directory as a folder of pictures.
    private static func directory(_ directory: String) throws -> [DataContainer] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw ShardError.file(path: directory, action: "list", reason: SystemReason.text(of: error))
        }
        let shards = names.filter { !$0.hasPrefix(".") && DataContainer.isNamedShard($0) }.sorted()
        guard shards.isEmpty else {
            return try shards.map {
                try file(directory.hasSuffix("/") ? directory + $0 : "\(directory)/\($0)")
            }
        }
        guard try FolderListing.holdsPicture(directory) else {
            let tables = FolderListing.tables(in: directory)
            let table = tables.first.map { "; to read '\($0)' in it, name '\(directory)/\($0)'" } ?? ""
            throw ShardError.noShards(
                specification: directory,
                reason: "the directory holds no .tar file and no picture (\(names.count) other names)\(table)"
            )
        }
        return [DataContainer(name: directory, kind: .folder)]
    }
}

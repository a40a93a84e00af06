import Foundation
import Glibc

/// A folder that appears under its name only when all of it is written.
struct PackOutput {
    static let manifestName = "manifest.json"

    /// Where files are written until `commit`.
    let partial: String
    private let target: String
    private let retired: String

    /// Refuses outputs that would lose something, and makes the hidden folder beside the output.
    init(_ configuration: ShardPacker.Configuration) throws {
        target = FilePath.absolute(configuration.output)
        let parent = FilePath.directory(of: target)
        let name = (target as NSString).lastPathComponent
        partial = "\(parent)/.\(name).packing"
        retired = "\(parent)/.\(name).replaced"
        let input = FilePath.absolute(configuration.input)
        if input == target || input.hasPrefix(target + "/") {
            throw PackError.inputInsideOutput(input: configuration.input, output: configuration.output)
        }
        try Self.check(target, force: configuration.force)
        // What an interrupted packing left behind.
        try Self.remove(partial)
        try Self.makeDirectory(partial)
        if configuration.layout == .benchmark { try Self.makeDirectory(partial + "/test") }
    }

    private static func check(_ target: String, force: Bool) throws {
        guard let kind = FilePath.kind(of: target) else { return }
        guard kind == .directory else { throw PackError.outputForeign(path: target) }
        let entries = try FileManager.default.contentsOfDirectory(atPath: target).sorted()
        guard let first = entries.first else { return }
        guard force else { throw PackError.outputNotEmpty(path: target, first: first) }
        let manifest = FileManager.default.contents(atPath: target + "/" + manifestName)
        let report = manifest.flatMap { try? JSONDecoder().decode(PackReport.self, from: $0) }
        guard report?.format == PackReport.formatName else { throw PackError.outputForeign(path: target) }
    }

    /// Writes a small file into the unfinished folder.
    func write(_ text: String, to name: String) throws(ShardError) {
        let file = try OutputFile(creating: partial + "/" + name)
        try file.write(text.utf8)
        _ = try file.finish()
    }

    /// Gives the folder its name; an earlier one is removed only after that.
    func commit() throws {
        try Self.remove(retired)
        if FilePath.kind(of: target) != nil { try Self.rename(target, to: retired) }
        do {
            try Self.rename(partial, to: target)
        } catch {
            _ = Glibc.rename(retired, target)
            throw error
        }
        try Self.remove(retired)
    }

    /// Removes the unfinished folder.
    func discard() {
        try? Self.remove(partial)
    }

    private static func rename(_ path: String, to other: String) throws(ShardError) {
        guard Glibc.rename(path, other) == 0 else {
            throw .file(path: path, action: "rename", reason: FilePath.lastError)
        }
    }

    private static func makeDirectory(_ path: String) throws(ShardError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .file(path: path, action: "create", reason: error.localizedDescription)
        }
    }

    private static func remove(_ path: String) throws(ShardError) {
        guard FilePath.kind(of: path) != nil else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw .file(path: path, action: "remove", reason: error.localizedDescription)
        }
    }
}

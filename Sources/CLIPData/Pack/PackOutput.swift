import Foundation
import LocalFiles

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
        // Lists of shards are joined by `::`.
        for part in configuration.input.components(separatedBy: "::") {
            let input = FilePath.absolute(part)
            if input == target || input.hasPrefix(target + "/") {
                throw PackError.inputInsideOutput(input: part, output: configuration.output)
            }
        }
        try Self.check(target, force: configuration.force)
        for container in (try? ShardList(configuration.input))?.containers ?? [] where container.isLocal {
            // Patterns and links may lead into the output as well.
            let input = URL(fileURLWithPath: container.name).resolvingSymlinksInPath().path
            let output = URL(fileURLWithPath: target).resolvingSymlinksInPath().path
            if input == output || input.hasPrefix(output + "/") {
                throw PackError.inputInsideOutput(input: container.name, output: configuration.output)
            }
        }
        // What an interrupted packing left behind.
        try Self.remove(partial)
        try Self.makeDirectory(partial)
        if configuration.layout == .benchmark { try Self.makeDirectory(partial + "/test") }
    }

    /// Other fields may change with the format.
    private struct FormatName: Decodable { var format: String }

    private static func check(_ target: String, force: Bool) throws {
        guard let kind = FilePath.kind(of: target) else { return }
        guard kind == .directory else { throw PackError.outputForeign(path: target) }
        var entries: [String] = []
        try attempt("list", target) {
            entries = try FileManager.default.contentsOfDirectory(atPath: target).sorted()
        }
        guard let first = entries.first else { return }
        guard force else { throw PackError.outputNotEmpty(path: target, first: first) }
        let manifest = FileManager.default.contents(atPath: target + "/" + manifestName)
        guard let name = manifest.flatMap({ try? JSONDecoder().decode(FormatName.self, from: $0).format }),
            name.hasPrefix(PackReport.formatStem),
            let number = UInt64(name.dropFirst(PackReport.formatStem.count))
        else { throw PackError.outputForeign(path: target) }
        let file = target + "/" + manifestName
        try PackReport.formatNumber.check(number, of: file, remedy: "choose another folder")
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
        // All names inside are on the disk before the folder takes another's place.
        for folder in [partial + "/test", partial] where FilePath.kind(of: folder) == .directory {
            try Self.attempt("synchronise", folder) {
                try DurableFile.synchronize(URL(fileURLWithPath: folder))
            }
        }
        if FilePath.kind(of: target) != nil { try Self.rename(target, to: retired) }
        do {
            try Self.rename(partial, to: target)
        } catch {
            try? Self.rename(retired, to: target)
            throw error
        }
        try Self.remove(retired)
    }

    /// Removes the unfinished folder.
    func discard() {
        try? Self.remove(partial)
    }

    private static func rename(_ path: String, to other: String) throws(ShardError) {
        try attempt("rename", path) {
            try DurableFile.rename(URL(fileURLWithPath: path), to: URL(fileURLWithPath: other))
        }
    }

    private static func makeDirectory(_ path: String) throws(ShardError) {
        try attempt("create", path) {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    private static func remove(_ path: String) throws(ShardError) {
        guard FilePath.kind(of: path) != nil else { return }
        try attempt("remove", path) { try FileManager.default.removeItem(atPath: path) }
    }

    private static func attempt(
        _ action: String,
        _ path: String,
        _ body: () throws -> Void
    ) throws(ShardError) {
        do {
            try body()
        } catch {
            throw .file(path: path, action: action, reason: SystemReason.text(of: error))
        }
    }
}

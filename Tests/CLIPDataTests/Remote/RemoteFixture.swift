import Foundation
import LoopbackServer
import RemoteFiles
import Synchronization

@testable import CLIPData

/// Shards in a folder, and the same shards by other ways, with a cache of their own.
final class RemoteFixture: Sendable {
    /// How a shard's bytes come.
    enum Way: String, CaseIterable, Sendable {
        case ranges, wholeFiles, packedOnServer, packedFile, command, unpackingCommand
    }

    /// What the server does to a request; nil for nothing.
    typealias Fault = @Sendable (TestServer.Request, [UInt8]) -> TestServer.Answer?

    let directory: TestDirectory
    /// The shards' names without a suffix.
    let names: [String]
    private let state = Mutex((server: TestServer?.none, tag: "\"one\"", fault: Fault?.none))

    /// Shards with so many samples each; keys go on from shard to shard.
    init(_ counts: [Int] = [25, 25, 25, 25], padding: Int = 0) throws {
        directory = try TestDirectory()
        names = counts.indices.map { "\($0)" }
        var start = 0
        for (number, count) in counts.enumerated() {
            try writeShard(number, start: start, count: count, padding: padding)
            start += count
        }
    }

    deinit { state.withLock { $0.server }?.stop() }

    /// Writes `plain/N.tar` and `packed/N.tar.gz`.
    func writeShard(_ number: Int, start: Int, count: Int, padding: Int = 0) throws {
        try directory.writeShard("plain/\(number).tar", start: start, count: count) { sample, fields in
            guard padding > 0 else { return }
            let noise = pattern(padding, seed: UInt64(sample)).map { String($0, radix: 16) }.joined()
            fields.append(("noise", noise))
        }
        try FileManager.default.createDirectory(
            atPath: directory.path + "/packed",
            withIntermediateDirectories: true
        )
        try run("gzip -cn '\(plain(number))' > '\(directory.path)/packed/\(number).tar.gz'")
    }

    func run(_ command: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    func plain(_ number: Int) -> String { "\(directory.path)/plain/\(number).tar" }

    /// The shards as a list's sources.
    func shards(_ way: Way?, log: Bool = false) -> [String] {
        names.map { name in
            let prefix = log ? "echo \(name) >> '\(directory.path)/log'; " : ""
            return switch way {
            case nil: "\(directory.path)/plain/\(name).tar"
            case .ranges: server.url("/ranges/\(name).tar").absoluteString
            case .wholeFiles: server.url("/whole/\(name).tar").absoluteString
            case .packedOnServer: server.url("/packed/\(name).tar.gz").absoluteString
            case .packedFile: "\(directory.path)/packed/\(name).tar.gz"
            case .command: "pipe:\(prefix)cat '\(directory.path)/plain/\(name).tar'"
            case .unpackingCommand: "pipe:\(prefix)gzip -dc '\(directory.path)/packed/\(name).tar.gz'"
            }
        }
    }

    /// The commands that ran, in order, by the name of their shard.
    var log: [String] {
        ((try? String(contentsOfFile: directory.path + "/log", encoding: .utf8)) ?? "").split(separator: "\n")
            .map(
                String.init
            )
    }

    func clearLog() throws { try directory.write([], "log") }

    /// Serves the folder; started when it is first needed.
    var server: TestServer {
        state.withLock { state in
            if let server = state.server { return server }
            let server = TestServer { [weak self] request in self?.answer(request) ?? .init(status: 503) }
            state.server = server
            return server
        }
    }

    func setTag(_ tag: String) { state.withLock { $0.tag = tag } }
    func setFault(_ fault: Fault?) { state.withLock { $0.fault = fault } }

    private func answer(_ request: TestServer.Request) -> TestServer.Answer {
        let (tag, fault) = state.withLock { ($0.tag, $0.fault) }
        let name = request.path.split(separator: "/").last ?? ""
        let folder = request.path.hasPrefix("/packed/") ? "packed" : "plain"
        guard let content = try? Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/\(folder)/\(name)"))
        else { return .init(status: 404) }
        if let answer = fault?(request, Array(content)) { return answer }
        return .file(Array(content), request, tag: tag, ranges: !request.path.hasPrefix("/whole/"))
    }

    /// Reads into a folder below the fixture's, with settings that lose no time.
    func remote(cache: String = "cache", limit: Int = 256 << 20) -> RemoteData {
        var settings = RemoteDataSettings()
        settings.remote.tries = 4
        settings.remote.firstWait = 0.001
        settings.remote.longestWait = 0.01
        settings.remote.idleTimeout = 20
        settings.cache = CacheSettings(directory: "\(directory.path)/\(cache)")
        settings.cache.limit = limit
        settings.cache.pageBytes = 4096
        return RemoteData(settings: settings)
    }

    func open(
        _ shards: [String],
        index: String? = nil,
        remote: RemoteData? = nil
    ) throws -> ShardDataset {
        try ShardDataset.open(
            shards,
            index: index.map { "\(directory.path)/\($0)" },
            options: IndexOptions(remote: remote ?? self.remote())
        )
    }

    /// Forgets all that was brought here.
    func emptyCache() throws {
        for folder in ["files", "pages"] {
            let path = "\(directory.path)/cache/\(folder)"
            for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
                try FileManager.default.removeItem(atPath: path + "/" + name)
            }
        }
    }

    /// Where open descriptors of this process lead, below the cache's files.
    var openFiles: [String] {
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return descriptors.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }
        .filter { $0.hasPrefix(directory.path + "/cache/files/") && $0.contains(".data") }
    }
}

extension LoaderSettings {
    /// Settings for small tests.
    static func small(
        _ batchSize: Int = 8,
        order: Order = .shuffled,
        threads: Int = 2,
        rank: Int = 0,
        ranks: Int = 1,
        mixture: [MixtureShare] = []
    ) throws -> LoaderSettings {
        LoaderSettings(
            batchSize: batchSize,
            captions: try CaptionPolicy(),
            threads: threads,
            seed: 3,
            rank: rank,
            ranks: ranks,
            order: order,
            mixture: mixture
        )
    }
}

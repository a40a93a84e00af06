import Foundation
import RemoteFiles
import Synchronization

/// Asks, when data is opened, whether what lies behind addresses and commands is what an index knows.
enum RemoteVersions {
    /// How many servers are asked at a time: a request is short, and most of it is waiting.
    private static let threads = 16

    /// The present versions of containers: what a server says, asked once, and what the cache has of a command's output.
    ///
    /// What cannot be told is left out, since reading it will say why. A server that does not answer is not asked for the rest.
    ///
    /// - Parameters:
    ///   - time: No request is begun after it, and shards that are left are compared when they are read; nil for no limit.
    ///   - elapsed: The time since the call began.
    /// - Throws: `RemoteError.stopped`.
    static func ask(
        _ containers: [DataContainer],
        _ access: ContainerAccess,
        for time: Duration?,
        elapsed: @escaping @Sendable () -> Duration = elapsedSinceNow()
    ) throws -> [String: ContainerVersion] {
        let containers = containers.filter { !$0.isLocal }
        let found = Mutex<[String: ContainerVersion]>([:])
        let silent = Mutex<Set<String>>([])
        try ParallelLoop.run(count: containers.count, threads: threads, stop: access.stop) { number in
            let container = containers[number]
            let server = server(of: container)
            guard !silent.withLock({ $0.contains(server) }), time.map({ elapsed() < $0 }) ?? true else {
                return
            }
            do throws(ShardError) {
                let version =
                    try access.versionOnServer(of: container, tries: 1)
                    ?? access.versionInCache(of: container)
                found.withLock { $0[container.name] = version }
            } catch {
                switch error {
                case .remote(.stopped): throw RemoteError.stopped
                case .remote(.unreachable), .remote(.certificate):
                    silent.withLock { _ = $0.insert(server) }
                default: break
                }
            }
        }
        return found.withLock { $0 }
    }

    static func elapsedSinceNow() -> @Sendable () -> Duration {
        let start = ContinuousClock.now
        return { ContinuousClock.now - start }
    }

    private static func server(of container: DataContainer) -> String {
        guard case .http(let url)? = try? Location(container.name) else { return "" }
        return "\(url.host() ?? ""):\(url.port ?? 0)"
    }
}

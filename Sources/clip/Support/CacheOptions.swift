import ArgumentParser
import CLIPData
import RemoteFiles

/// Where bytes of data that is no plain local file are kept.
struct CacheOptions: ParsableArguments {
    @Option(
        name: .customLong("cache"),
        help: ArgumentHelp(
            "The folder for bytes from servers, commands and compressed shards. (default: ~/.cache/swift-clip)",
            valueName: "folder"
        ),
        completion: .directory
    )
    var directory: String?

    @Option(
        name: .customLong("cache-limit"),
        parsing: .unconditional,
        help: ArgumentHelp(
            "What it may hold in GiB. (default: 20, or 80 % of what is free)",
            valueName: "gib"
        )
    )
    var limit: Double?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Certificates (PEM) that are trusted besides the system's, as a company's own.",
            valueName: "file"
        ),
        completion: .file()
    )
    var certificates: String?

    func validate() throws {
        guard let limit, !(limit > 0 && limit < 0x1p30) else { return }
        throw ValidationError("--cache-limit is \(limit); expected a number of GiB above 0.")
    }

    /// Connections and a cache with these settings; each try that is made again is told on standard error.
    var remoteData: RemoteData {
        var settings = RemoteDataSettings()
        settings.cache = CacheSettings(directory: directory)
        settings.cache.limit = limit.map { Int($0 * Double(1 << 30)) }
        settings.remote.certificates = certificates
        settings.remote.onRetry = { Console.note($0.description) }
        return RemoteData(settings: settings, stop: Stopping.signal)
    }
}

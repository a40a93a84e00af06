import Foundation

@testable import RemoteFiles

/// A temporary folder that goes with the object.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "remote-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func cache(limit: Int = 64 << 20, pageBytes: Int = 4096) throws -> CacheSettings {
        var settings = CacheSettings(directory: path + "/cache")
        settings.limit = limit
        settings.pageBytes = pageBytes
        return settings
    }

    func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path + "/cache/" + folder)) ?? []).sorted()
    }
}

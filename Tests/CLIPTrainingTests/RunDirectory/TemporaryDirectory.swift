import Foundation

/// A directory of one test's own, removed with it.
final class TemporaryDirectory: Sendable {
    let url: URL

    init(in parent: URL = FileManager.default.temporaryDirectory) throws {
        url = parent.appending(path: "clip-training-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// A directory that a process and its children find by the process's number.
    init(sharedBy process: pid_t, _ name: String) throws {
        url = Self.url(sharedBy: process, name)
        try? FileManager.default.removeItem(at: url)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    static func url(sharedBy process: pid_t, _ name: String) -> URL {
        FileManager.default.temporaryDirectory.appending(path: "clip-training-\(name)-\(process)")
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Names below a path, hidden ones too.
    func names(_ path: String = "") -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: url.appending(path: path).path))?.sorted() ?? []
    }

    /// Changes one byte of a file.
    func corrupt(_ path: String, at offset: Int) throws {
        let file = url.appending(path: path)
        var data = try Data(contentsOf: file)
        data[offset] ^= 1
        try data.write(to: file)
    }
}

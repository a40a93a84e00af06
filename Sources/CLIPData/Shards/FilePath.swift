import Foundation
import Glibc

/// Questions about paths on the local file system.
enum FilePath {
    enum Kind { case file, directory }

    /// What lies at a path; links are followed.
    static func kind(of path: String) -> Kind? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        return info.st_mode & S_IFMT == S_IFDIR ? .directory : .file
    }

    /// Whether there is a regular file that may be read; links are followed.
    static func isReadableFile(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG && access(path, R_OK) == 0
    }

    /// Size in bytes and modification time in nanoseconds since 1970.
    static func signature(of path: String) -> (size: Int, modified: Int64)? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        return (Int(info.st_size), Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec))
    }

    static func isGlob(_ path: String) -> Bool {
        path.contains { $0 == "*" || $0 == "?" || $0 == "[" }
    }

    /// The files that match a glob, sorted by name; directories are left out.
    static func glob(_ pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard Glibc.glob(pattern, 0, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { index in
            result.gl_pathv[index].map { String(cString: $0) }
        }.filter { kind(of: $0) == .file }
    }

    /// The absolute path without `.`, `..` or doubled slashes; links are kept.
    static func absolute(_ path: String) -> String {
        let full =
            path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        var parts: [Substring] = []
        for part in full.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// The path with all links followed, or as it is where that leads nowhere.
    static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// The directory part of an absolute path.
    static func directory(of path: String) -> String {
        let parts = absolute(path).split(separator: "/").dropLast()
        return "/" + parts.joined(separator: "/")
    }

    /// How to name an absolute path from inside a directory.
    static func relative(_ path: String, to directory: String) -> String {
        let target = absolute(path).split(separator: "/")
        let base = absolute(directory).split(separator: "/")
        let shared = zip(target, base).prefix { $0 == $1 }.count
        return (repeatElement("..", count: base.count - shared) + target[shared...].map(String.init))
            .joined(separator: "/")
    }

    /// The system's words for the last error.
    static var lastError: String { String(cString: strerror(errno)) }
}

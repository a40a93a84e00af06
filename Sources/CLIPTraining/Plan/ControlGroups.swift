import Foundation

/// The control groups in which this process is, as their files tell: its own and those around it, each of which may have a limit.
struct ControlGroups {
    /// Where `proc` and `sys` lie.
    var root = ""

    /// The least that a group leaves in bytes; nil where none has a limit.
    var remainder: Int? {
        var left = Self.folders(of: path(of: "")).map { remainder(in: "sys/fs/cgroup\($0)", .unified) }
        left += Self.folders(of: path(of: "memory")).map {
            remainder(in: "sys/fs/cgroup/memory\($0)", .first)
        }
        return left.compactMap(\.self).min()
    }

    /// What the files of a version are called.
    private enum Version {
        case first, unified

        var limit: String { self == .first ? "memory.limit_in_bytes" : "memory.max" }
        var used: String { self == .first ? "memory.usage_in_bytes" : "memory.current" }
        /// The names of what the kernel takes back from files that it keeps in memory: it is used, and there for whoever wants it.
        var kept: [String] {
            let prefix = self == .first ? "total_" : ""
            return ["inactive_file", "active_file"].map { prefix + $0 }
        }
    }

    /// This process's group in the hierarchy of a controller; in the unified one, whose line names none.
    private func path(of controller: Substring) -> String? {
        for line in (text("proc/self/cgroup") ?? "").split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3,
                fields[1].split(separator: ",", omittingEmptySubsequences: false).contains(controller)
            else { continue }
            return String(fields[2])
        }
        return nil
    }

    /// A group's folder and those around it. In a container the group's own path may not be seen below the root.
    private static func folders(of path: String?) -> [String] {
        let names = (path ?? "").split(separator: "/")
        return (0...names.count).map { names.prefix($0).map { "/\($0)" }.joined() }
    }

    private func remainder(in folder: String, _ version: Version) -> Int? {
        guard let limit = number(text("\(folder)/\(version.limit)")), limit < 1 << 60 else { return nil }
        let used = number(text("\(folder)/\(version.used)")) ?? 0
        let lines = (text("\(folder)/memory.stat") ?? "").split(separator: "\n")
        let kept = lines.reduce(0) { sum, line in
            let words = line.split(separator: " ")
            guard words.count == 2, version.kept.contains(String(words[0])) else { return sum }
            return sum + (Int(words[1]) ?? 0)
        }
        return max(0, limit - max(0, used - kept))
    }

    private func number(_ text: String?) -> Int? { text.flatMap { Int($0.filter { !$0.isWhitespace }) } }

    private func text(_ path: String) -> String? {
        try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }
}

import Foundation
import Torch

/// Memory that a process may still take.
enum FreeMemory {
    /// The share of the free memory that is left to the system and to what no formula knows.
    static let margin = 0.1

    /// What a run may hold on a device in all, given what is free there: on the CPU, with what this process holds already.
    static func limit(on device: Device) throws -> Int {
        guard device == .cpu else { return Int(Double(try device.freeBytes()) * (1 - margin)) }
        let free = Double(available() ?? Int(ProcessInfo.processInfo.physicalMemory))
        return ProcessMemory.residentBytes + Int(free * (1 - margin))
    }

    /// What the system can give, or what the limit of this process's control group leaves, if that is less.
    private static func available() -> Int? {
        func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
        let groups = (text("/proc/self/cgroup") ?? "").split(separator: "\n")
        let group = groups.first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) } ?? "/"
        let root = "/sys/fs/cgroup"
        // In a container the group's own path may not be seen below the root.
        let folders = ["\(root)\(group)", root]
        let places =
            folders.map { ("\($0)/memory.max", "\($0)/memory.current") }
            + [("\(root)/memory/memory.limit_in_bytes", "\(root)/memory/memory.usage_in_bytes")]
        let left = places.compactMap { maximum, used in
            remainder(limit: text(maximum), used: text(used))
        }
        return ([systemBytes(text("/proc/meminfo") ?? "")].compactMap(\.self) + left).min()
    }

    /// `MemAvailable` of `/proc/meminfo` in bytes.
    static func systemBytes(_ text: String) -> Int? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }) else {
            return nil
        }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    /// What a control group leaves; nil where it has no limit.
    static func remainder(limit: String?, used: String?) -> Int? {
        func number(_ text: String?) -> Int? { text.flatMap { Int($0.filter { !$0.isWhitespace }) } }
        guard let limit = number(limit), limit < 1 << 60 else { return nil }
        return max(0, limit - (number(used) ?? 0))
    }
}

import Foundation
import Torch

/// Memory that a process may still take.
enum FreeMemory {
    /// The share of the free memory that is left to the system and to what no formula knows.
    static let margin = 0.1

    /// What a run may hold on a device in all, given what is free there, with what this process holds already: its pages, or
    /// on a CUDA device what it takes besides its tensors.
    static func limit(on device: Device) throws -> Int {
        let (free, held) =
            try device == .cpu
            ? (available(), ProcessMemory.residentBytes) : (device.freeBytes(), StageMemory.deviceBytes)
        return limit(free: free, held: held)
    }

    static func limit(free: Int, held: Int) -> Int { held + Int(Double(free) * (1 - margin)) }

    /// What the system can give, or what the limits of this process's control groups leave, if that is less.
    private static func available() -> Int {
        let system = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)).flatMap(systemBytes)
        return [system, ControlGroups().remainder].compactMap(\.self).min()
            ?? Int(ProcessInfo.processInfo.physicalMemory)
    }

    /// `MemAvailable` of `/proc/meminfo` in bytes.
    static func systemBytes(_ text: String) -> Int? {
        ProcessMemory.bytes(of: "MemAvailable", in: text)
    }
}

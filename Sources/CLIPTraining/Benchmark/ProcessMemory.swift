import Foundation

/// What this process holds in memory.
enum ProcessMemory {
    /// The bytes that are resident now; the most so far where the system does not say.
    static var residentBytes: Int {
        let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let numbers = text?.split(separator: " ") ?? []
        guard let pages = numbers.dropFirst().first.flatMap({ Int($0) }) else { return peakResidentBytes }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The most bytes that were resident at any time so far.
    static var peakResidentBytes: Int {
        // On Linux ru_maxrss survives exec, so it starts at the peak of the process that launched this one.
        let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        if let bytes = text.flatMap({ bytes(of: "VmHWM", in: $0) }) { return bytes }
        var usage = rusage()
        #if canImport(Darwin)
            guard getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
            return usage.ru_maxrss
        #else
            guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
            return usage.ru_maxrss * 1024
        #endif
    }

    /// The peak since ``peakResidentBytes`` was `before`; if it has not risen, the bytes resident now.
    static func peakResidentBytes(since before: Int) -> Int {
        let peak = peakResidentBytes
        return peak > before ? peak : residentBytes
    }

    /// A figure among lines such as `VmHWM:  1024 kB`.
    static func bytes(of name: String, in text: String) -> Int? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("\(name):") }) else {
            return nil
        }
        return line.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace).first
            .flatMap { Int($0) }.map { $0 * 1024 }
    }
}

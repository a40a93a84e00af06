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
        var usage = rusage()
        #if canImport(Darwin)
            guard getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
            return usage.ru_maxrss
        #else
            guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
            return usage.ru_maxrss * 1024
        #endif
    }
}

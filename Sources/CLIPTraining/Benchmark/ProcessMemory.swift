import Foundation

/// What this process holds in memory.
enum ProcessMemory {
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

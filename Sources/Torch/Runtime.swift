internal import CTorch

/// Settings of libtorch that belong to the process.
public enum Runtime {
    /// libtorch's version, for example `2.13.0`.
    public static var version: String { String(cString: ct_version()) }

    /// How many threads one operation may use.
    public static var threadCount: Int { Int(ct_thread_count()) }

    /// Sets how many threads one operation may use.
    public static func setThreadCount(_ count: Int) throws {
        try check("setThreadCount(\(count))") { ct_set_thread_count(Int64(count), $0) }
    }

    /// Keeps freed memory for the next use instead of giving it back to the system.
    ///
    /// A training step frees and takes the same large blocks again. Given back each time, their pages have to
    /// be cleared and mapped anew: on a busy machine that took about a third of a small model's step. For programs that
    /// train; the process stays as large as it was at its peak, until ``Device/emptyCache()``.
    public static func keepFreedMemory() throws {
        try check("keepFreedMemory()") { ct_set_allocator(1 << 30, Int32.max, $0) }
    }

    /// Refuses operations that have no deterministic form.
    public static func setDeterministic(_ deterministic: Bool) throws {
        try check("setDeterministic(\(deterministic))") { ct_set_deterministic(deterministic, $0) }
    }
}

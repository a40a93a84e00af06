import Glibc

/// Threads of our own: blocking reads would starve the cooperative pool.
enum WorkerThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread with a stack of 4 MiB.
    ///
    /// - Returns: 0, or the system's error number where no thread can be started.
    static func start(_ run: @escaping @Sendable () -> Void) -> Int32 {
        // Memory in place of a value: two modules of the toolchain declare the structure, and which of them it takes its
        // initialiser from depends on what else the compiler has read.
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { attributes.deallocate() }
        pthread_attr_init(attributes)
        defer { pthread_attr_destroy(attributes) }
        pthread_attr_setstacksize(attributes, 4 << 20)
        pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
        let body = Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            body.toOpaque()
        )
        if status != 0 { body.release() }
        return status
    }
}

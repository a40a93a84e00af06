import Foundation

/// How long idle OpenMP threads spin before they sleep.
///
/// The runtime's default is several milliseconds. Threads that share their cores with image decoding, or with
/// another program, then burn the time that the others need: training was measured at a third of its speed.
enum ThreadWaiting {
    private static let spins = "3000"

    /// Starts the program again under a shorter spin, unless the environment has a say in it already. The
    /// runtime reads its settings while the program is loaded, so that later is too late.
    static func shorten() {
        guard getenv("GOMP_SPINCOUNT") == nil, getenv("OMP_WAIT_POLICY") == nil else { return }
        setenv("GOMP_SPINCOUNT", spins, 0)
        // Where this fails, the program goes on as it is: slower on a busy machine, and right.
        _ = execv("/proc/self/exe", CommandLine.unsafeArgv)
    }
}

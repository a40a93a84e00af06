import Foundation
import Torch

/// A command whose speed is worth a start of a tenth of a second more.
protocol ComputingCommand {}

/// Settings of the C runtime that training speed depends on.
enum ProcessTuning {
    static func apply() {
        shortenThreadWaiting()
        // Only speed depends on it.
        try? Runtime.keepFreedMemory()
    }

    /// OpenMP threads spin for milliseconds before they sleep. Where they share cores with image decoding or
    /// with another program they burn the time that the others need: with a compiler running beside it, training
    /// was two to three times as fast under the shorter spin. Alone on the machine, a step loses a few percent.
    ///
    /// The runtime reads its settings while the program is loaded, so the program starts itself again, unless
    /// the environment has a say in the matter already.
    private static func shortenThreadWaiting() {
        guard getenv("GOMP_SPINCOUNT") == nil, getenv("OMP_WAIT_POLICY") == nil else { return }
        setenv("GOMP_SPINCOUNT", "3000", 0)
        // Where this fails, the program goes on as it is: slower on a busy machine, and right.
        _ = execv("/proc/self/exe", CommandLine.unsafeArgv)
    }
}

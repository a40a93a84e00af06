import ArgumentParser
import Foundation
import Torch

/// How many threads a command uses.
struct ThreadOptions: ParsableArguments {
    @Option(name: .long, parsing: .unconditional, help: "Threads to use. (default: one per core)")
    var threads: Int?

    /// The number of threads.
    var count: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    /// Has tensor operations use as many threads.
    func apply() throws {
        try Runtime.setThreadCount(count)
    }

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); expected 1 to 1024.")
        }
    }
}

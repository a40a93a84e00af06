import Foundation

/// The built tool, run as its users run it.
enum Tool {
    /// What a run of the tool left.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String

        /// The one JSON object on standard output.
        var json: [String: Any] {
            let object = try? JSONSerialization.jsonObject(with: Data(output.utf8))
            return object as? [String: Any] ?? [:]
        }
    }

    /// The binary, which lies beside the test bundle.
    static let binary: URL = {
        let test = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = test.deletingLastPathComponent().appending(path: "clip")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        // The tests may run inside another program, which loads the bundle by the path it was given.
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: "clip")
    }()

    /// Runs the tool to its end.
    static func run(_ arguments: [String], input: String = "", in folder: Folder) throws -> Outcome {
        let running = try start(arguments, input: input, in: folder)
        return try running.outcome()
    }

    /// Starts the tool.
    static func start(_ arguments: [String], input: String = "", in folder: Folder) throws -> Running {
        try Running(binary, arguments, input: input, environment: ["GOMP_SPINCOUNT": "3000"], in: folder)
    }

    /// Runs a line of shell, in which `$clip` is the tool.
    static func shell(_ line: String, in folder: Folder) throws -> Running {
        try Running(
            URL(fileURLWithPath: "/bin/sh"),
            ["-c", line],
            environment: ["GOMP_SPINCOUNT": "3000", "clip": binary.path],
            in: folder
        )
    }

    /// A program that runs, with its output in files, so that no pipe ever fills.
    final class Running {
        private let process = Process()
        private let output, errors: URL

        init(
            _ program: URL,
            _ arguments: [String],
            input: String = "",
            environment: [String: String] = [:],
            in folder: Folder
        ) throws {
            let name = UUID().uuidString
            let source = folder.url.appending(path: ".\(name).in")
            try Data(input.utf8).write(to: source)
            output = folder.url.appending(path: ".\(name).out")
            errors = folder.url.appending(path: ".\(name).err")
            for file in [output, errors] { try Data().write(to: file) }
            // The tool respects a Ctrl-C that its parent ignores, as tests in the background of a script do.
            signal(SIGINT, SIG_DFL)
            process.executableURL = program
            process.arguments = arguments
            process.currentDirectoryURL = folder.url
            // The tool starts itself again where this is not set, which takes time in every test.
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            process.standardInput = try FileHandle(forReadingFrom: source)
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: errors)
            try process.run()
        }

        var isRunning: Bool { process.isRunning }

        func interrupt() { process.interrupt() }

        /// Sends a signal.
        func send(_ signal: Int32) { Foundation.kill(process.processIdentifier, signal) }

        /// What it said on standard error so far.
        var messages: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

        /// Ends a program that does not end by itself, so that a failure is no standstill.
        func kill(after seconds: Double) {
            let limit = Date(timeIntervalSinceNow: seconds)
            while process.isRunning, Date() < limit { Thread.sleep(forTimeInterval: 0.02) }
            if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
        }

        func outcome() throws -> Outcome {
            process.waitUntilExit()
            return Outcome(
                status: process.terminationStatus,
                output: try String(contentsOf: output, encoding: .utf8),
                errors: try String(contentsOf: errors, encoding: .utf8)
            )
        }
    }
}

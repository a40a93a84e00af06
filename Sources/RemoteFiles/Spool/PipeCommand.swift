import CRemoteFiles
import Foundation

/// A shell command whose output is read.
struct PipeCommand {
    let command: String
    /// Seconds for which it may be silent.
    let timeout: Double

    /// Runs it and hands on what it prints.
    ///
    /// It is killed with all that it started where the call ends early.
    ///
    /// - Parameters:
    ///   - stop: Ends the call.
    ///   - body: Gets the bytes; what it throws ends the call.
    /// - Returns: The number of bytes.
    /// - Throws: ``RemoteError/command(_:outcome:messages:)`` where it fails, or what `body` throws.
    func forEachPiece(stop: StopSignal?, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
        var process = try start()
        var isDone = false
        defer {
            if !isDone { process.kill() }
            process.close()
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
        defer { buffer.deallocate() }
        var total = 0
        var silent = 0.0
        var status: Int32?
        // The command's end counts, not that of its messages: what it left running may keep those open.
        while process.output >= 0 || status == nil {
            if stop?.isStopped == true { throw RemoteError.stopped }
            let wait = process.output >= 0 ? 100 : 10
            let ready = process.poll(milliseconds: wait)
            silent = ready.output || ready.messages ? 0 : silent + Double(wait) / 1000
            guard silent < timeout else {
                let setting = SettingPlace.text("data.cache.commandTimeout")
                throw fault("was silent for \(timeout) seconds and was ended; raise \(setting)", process)
            }
            if ready.messages { process.takeMessages(buffer) }
            if ready.output {
                let count = read(process.output, buffer.baseAddress, buffer.count)
                if count > 0 {
                    total += count
                    try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                } else if count == 0 || errno != EINTR {
                    process.closeOutput()
                }
            }
            if process.output < 0 { status = process.status() }
        }
        isDone = true
        process.takeMessages(buffer)
        if let outcome = Self.outcome(status ?? 0) { throw fault(outcome, process) }
        return total
    }

    private func fault(_ outcome: String, _ process: Running) -> RemoteError {
        .command(Redaction.command(command), outcome: outcome, messages: process.lastMessages)
    }

    /// How it ended, where that was no success.
    private static func outcome(_ status: Int32) -> String? {
        let signal = status & 0x7F
        if signal != 0 { return "was killed by signal \(signal) (\(String(cString: strsignal(signal))))" }
        let code = (status >> 8) & 0xFF
        if code == 0 { return nil }
        return code == 127 ? "failed with status 127 (no such command)" : "failed with status \(code)"
    }

    private func start() throws -> Running {
        var output: [Int32] = [-1, -1]
        var messages: [Int32] = [-1, -1]
        func fail(_ number: Int32) -> RemoteError {
            for descriptor in output + messages where descriptor >= 0 { close(descriptor) }
            return .command(
                Redaction.command(command),
                outcome: "could not be started",
                messages: String(cString: strerror(number))
            )
        }
        let made = max(remote_pipe(&output, 0), remote_pipe(&messages, 1))
        guard made == 0 else { throw fail(made) }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        posix_spawn_file_actions_adddup2(&actions, messages[1], 2)
        // A group of its own, so that all of it can be ended.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        var arguments = ["/bin/sh", "-c", command].map { (text: String) in strdup(text) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let number = posix_spawn(&child, "/bin/sh", &actions, &attributes, &arguments, environ)
        guard number == 0 else { throw fail(number) }
        close(output[1])
        close(messages[1])
        return Running(child: child, output: output[0], messages: messages[0])
    }
}

/// A command that runs.
private struct Running {
    let child: pid_t
    /// Where it prints; -1 when closed.
    var output: Int32
    private var messages: Int32
    private var text: [UInt8] = []
    private var isReaped = false

    init(child: pid_t, output: Int32, messages: Int32) {
        self.child = child
        self.output = output
        self.messages = messages
    }

    func poll(milliseconds: Int) -> (output: Bool, messages: Bool) {
        var polled = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: messages, events: Int16(POLLIN), revents: 0),
        ]
        guard Foundation.poll(&polled, 2, Int32(milliseconds)) > 0 else { return (false, false) }
        return (polled[0].revents != 0, polled[1].revents != 0)
    }

    mutating func takeMessages(_ buffer: UnsafeMutableRawBufferPointer) {
        while messages >= 0 {
            let count = read(messages, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            guard count > 0 else {
                Foundation.close(messages)
                messages = -1
                return
            }
            text.append(contentsOf: buffer[..<count])
            if text.count > 8192 { text.removeFirst(text.count - 4096) }
        }
    }

    /// The last five lines, without what is secret.
    var lastMessages: String {
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(5)
        return lines.map { Redaction.command(String($0)) }.joined(separator: "\n")
    }

    mutating func closeOutput() {
        if output >= 0 { Foundation.close(output) }
        output = -1
    }

    /// How it ended; nil while it runs.
    mutating func status() -> Int32? {
        var status: Int32 = 0
        let found = waitpid(child, &status, WNOHANG)
        if found == 0 || (found < 0 && errno == EINTR) { return nil }
        isReaped = true
        // Where somebody ignores SIGCHLD the status is lost, and half an output must not pass for a whole one.
        return found == child ? status : 1 << 8
    }

    /// Ends it and all that it started.
    mutating func kill() {
        guard !isReaped else { return }
        Foundation.kill(-child, SIGKILL)
        Foundation.kill(child, SIGKILL)
        while waitpid(child, nil, 0) < 0, errno == EINTR {}
        isReaped = true
    }

    mutating func close() {
        closeOutput()
        if messages >= 0 { Foundation.close(messages) }
        messages = -1
    }
}

import Foundation

/// Where results and messages go.
enum Console {
    /// Writes a line of the result to standard output.
    static func result(_ text: String) {
        // A result that does not arrive, for example on a full disk, must not look like success.
        guard write(text + "\n", to: STDOUT_FILENO) else { exit(ExitStatus.inputOutput.rawValue) }
    }

    /// Writes a message to standard error.
    static func note(_ text: String) {
        status(text + "\n")
    }

    /// Writes to standard error without a line end.
    static func status(_ text: String) {
        // Nobody is left to be told of a failure.
        _ = write(text, to: STDERR_FILENO)
    }

    /// Whether people watch standard error.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)[...]
            while !rest.isEmpty {
                let count = Foundation.write(
                    descriptor,
                    UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                    rest.count
                )
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}

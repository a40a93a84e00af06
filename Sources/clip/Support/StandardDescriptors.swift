import Foundation

/// Input, output and errors of the process.
enum StandardDescriptors {
    /// Opens `/dev/null` in place of those with which the tool was not started, as some job runners do: the next file
    /// to be opened would get the number, and messages would go into it.
    ///
    /// Called before anything else is opened.
    static func fill() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest number that is free is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }
}

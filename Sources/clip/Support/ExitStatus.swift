/// The exit statuses that the tool uses, with the numbers of sysexits.h.
enum ExitStatus: Int32 {
    /// The command line makes no sense.
    case usage = 64
    /// The input is wrong.
    case data = 65
    /// The input is not there.
    case noInput = 66
    /// A server does not answer, or not as it should.
    case unavailable = 69
    /// A bug, or a failure inside of libtorch.
    case software = 70
    /// The output cannot be made.
    case cannotCreate = 73
    /// Reading or writing failed.
    case inputOutput = 74
    /// Somebody else uses the same thing; later it may work.
    case temporary = 75
    /// Ctrl-C.
    case interrupted = 130

    /// The status for an error.
    init(of error: any Error) {
        self = (error as? any ExitStatusError)?.exitStatus ?? .software
    }
}

/// An error that knows its exit status.
protocol ExitStatusError: Error {
    var exitStatus: ExitStatus { get }
}

import CLIPTraining
import RemoteFiles

/// A command that reads data, and leaves nothing that is half made where it is ended.
protocol ReadingCommand {}

/// Ctrl-C, for the whole tool.
enum Stopping {
    /// Listens from its first use on.
    static let flag = InterruptFlag()

    /// Raised with it.
    static var signal: StopSignal { flag.stop }
}

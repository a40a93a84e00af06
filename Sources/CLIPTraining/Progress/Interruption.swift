import Foundation
import RemoteFiles

/// What ends work that was given up because a stop was asked for: nothing of it is left.
public struct Interruption: Error, Equatable, CustomStringConvertible {
    /// The signal that asked; nil where the program did.
    public var signal: Int32?

    /// Describes a request.
    public init(signal: Int32? = nil) { self.signal = signal }

    /// That work was stopped, and by which signal.
    public var description: String {
        signal.map { "stopped by signal \($0) (\(String(cString: strsignal($0))))" } ?? "stopped on request"
    }
}

extension StopSignal {
    /// Gives up a step that is computed in parts.
    func interruptIfStopped() throws(Interruption) {
        if isStopped { throw Interruption() }
    }
}

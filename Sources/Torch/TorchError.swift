/// A failure that libtorch reported.
public struct TorchError: Error, Equatable, CustomStringConvertible {
    /// What was attempted, for example `matmul([2, 3] float32, [4, 5] float32)`.
    public let operation: String
    /// libtorch's own words, without its backtrace.
    public let reason: String

    /// Creates an error that says what was attempted and why it failed.
    public init(operation: String, reason: String) {
        self.operation = operation
        self.reason = reason
    }

    /// The operation and the reason in one line.
    public var description: String { "\(operation): \(reason)" }
}

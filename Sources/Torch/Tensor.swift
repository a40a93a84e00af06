internal import CTorch

/// An n-dimensional array on a device, with libtorch's automatic differentiation.
///
/// A tensor is a reference: views share memory, and in-place operations are seen through every reference.
/// Tensors stay on the thread that made them. Operations throw ``TorchError`` with the operation and the
/// shapes that it was given.
public final class Tensor {
    let handle: CTTensor

    init(owning handle: CTTensor) {
        self.handle = handle
    }

    deinit {
        ct_release(handle)
    }

    /// How many tensor references are alive in the process; tests use it to find leaks.
    public static var liveCount: Int { Int(ct_live_count()) }
}

/// Runs one call into libtorch and turns its message into an error.
func check(
    _ operation: @autoclosure () -> String,
    _ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CTStatus
) throws {
    var message: UnsafeMutablePointer<CChar>?
    guard call(&message) != .OK else { return }
    let reason = message.map { String(cString: $0) } ?? "no reason given"
    ct_message_free(message)
    throw TorchError(operation: operation(), reason: reason)
}

/// Runs one call that makes a tensor.
func make(
    _ operation: @autoclosure () -> String,
    _ call: (UnsafeMutablePointer<CTTensor?>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CTStatus
) throws -> Tensor {
    var out: CTTensor?
    try check(operation()) { call(&out, $0) }
    guard let out else { throw TorchError(operation: operation(), reason: "no result") }
    return Tensor(owning: out)
}

/// Lends the handles of several tensors to one call.
func withHandles<R>(_ tensors: [Tensor], _ body: (UnsafePointer<CTTensor>) throws -> R) rethrows -> R {
    let handles = tensors.map(\.handle)
    return try withExtendedLifetime(tensors) {
        try handles.withUnsafeBufferPointer { buffer in
            // An empty array has no address; the call reads nothing then.
            try body(buffer.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<CTTensor>.alignment)!)
        }
    }
}

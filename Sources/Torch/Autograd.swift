internal import CTorch

extension Tensor {
    /// Whether operations on this tensor are recorded for ``backward(_:keepGraph:)``.
    public var requiresGradient: Bool {
        get {
            var result = false
            var message: UnsafeMutablePointer<CChar>?
            if ct_requires_grad(handle, &result, &message) != .OK { ct_message_free(message) }
            return result
        }
    }

    /// Starts or stops recording; only floating-point tensors that no recorded operation made can change.
    public func setRequiresGradient(_ value: Bool) throws {
        try check("setRequiresGradient(\(summary), \(value))") { ct_set_requires_grad(handle, value, $0) }
    }

    /// The same memory without its history.
    public func detached() throws -> Tensor { try make("detached(\(summary))") { ct_detach(handle, $0, $1) } }

    /// The gradient that backward passes have accumulated, if any.
    public var gradient: Tensor? {
        var out: CTTensor?
        var message: UnsafeMutablePointer<CChar>?
        if ct_grad(handle, &out, &message) != .OK { ct_message_free(message) }
        return out.map { Tensor(owning: $0) }
    }

    /// Replaces the accumulated gradient; nil drops it.
    public func setGradient(_ gradient: Tensor?) throws {
        try check("setGradient(\(summary))") { ct_set_grad(handle, gradient?.handle, $0) }
    }
}

/// One backward pass over several outputs, each with its given gradient of the same shape.
///
/// Gradients accumulate in the ``Tensor/gradient`` of every recorded leaf.
public func backward(_ outputs: [(output: Tensor, gradient: Tensor)], keepGraph: Bool = false) throws {
    for (output, gradient) in outputs where output.shape != gradient.shape {
        throw TorchError(
            operation: "backward(\(output.summary))",
            reason: "its gradient has shape \(gradient.shape)"
        )
    }
    try withHandles(outputs.map(\.output)) { roots in
        try withHandles(outputs.map(\.gradient)) { gradients in
            try check("backward(\(outputs.map(\.output.summary)))") {
                ct_backward(roots, gradients, Int64(outputs.count), keepGraph, $0)
            }
        }
    }
}

/// Runs `body` without recording. The setting belongs to the thread, so there is no asynchronous form.
public func withoutGradient<R>(_ body: () throws -> R) rethrows -> R {
    let before = ct_grad_enabled()
    ct_set_grad_enabled(false)
    defer { ct_set_grad_enabled(before) }
    return try body()
}

/// Whether the calling thread records operations.
public var isRecordingGradients: Bool { ct_grad_enabled() }

internal import CTorch

// In-place operations for optimisers, loading and state. They write through every view of the memory.
extension Tensor {
    /// Overwrites the elements with another tensor's, converting type and device.
    public func copy(from source: Tensor) throws {
        try check("copy(\(summary), from: \(source.summary))") { ct_copy_(handle, source.handle, $0) }
    }

    /// Sets every element.
    public func fill(_ value: Double) throws { try check("fill(\(summary))") { ct_fill_(handle, value, $0) } }

    /// Adds `scale · other`.
    public func add(_ other: Tensor, scale: Double = 1) throws {
        try check("add(\(summary), \(other.summary))") { ct_add_(handle, other.handle, scale, $0) }
    }

    /// Adds a number.
    public func add(_ value: Double) throws {
        try check("add(\(summary))") { ct_add_scalar_(handle, value, $0) }
    }

    /// Subtracts a tensor.
    public func subtract(_ other: Tensor) throws {
        try check("subtract(\(summary), \(other.summary))") { ct_sub_(handle, other.handle, $0) }
    }

    /// Multiplies by a tensor.
    public func multiply(by other: Tensor) throws {
        try check("multiply(\(summary), \(other.summary))") { ct_mul_(handle, other.handle, $0) }
    }

    /// Multiplies by a number.
    public func multiply(by value: Double) throws {
        try check("multiply(\(summary))") { ct_mul_scalar_(handle, value, $0) }
    }

    /// Replaces each element by e raised to it.
    public func exponentiate() throws { try check("exponentiate(\(summary))") { ct_exp_(handle, $0) } }

    /// Moves each element into the range.
    public func clamp(to range: ClosedRange<Double>) throws {
        try check("clamp(\(summary))") { ct_clamp_(handle, range.lowerBound, range.upperBound, $0) }
    }

    /// Moves by `weight` of the way to `end`.
    public func interpolate(to end: Tensor, weight: Double) throws {
        try check("interpolate(\(summary))") { ct_lerp_(handle, end.handle, weight, $0) }
    }

    /// Sets the elements where `mask` is true.
    public func fill(_ value: Double, where mask: Tensor) throws {
        try check("fill(\(summary), where: \(mask.summary))") {
            ct_masked_fill_(handle, mask.handle, value, $0)
        }
    }

    /// Overwrites the listed indices along a dimension.
    public func copy(from source: Tensor, at indices: Tensor, dim: Int = 0) throws {
        try check("copy(\(summary), at: \(indices.summary))") {
            ct_index_copy_(handle, Int64(dim), indices.handle, source.handle, $0)
        }
    }

    /// Adds to the listed indices along a dimension; an index may come more than once.
    public func add(_ source: Tensor, at indices: Tensor, dim: Int = 0) throws {
        try check("add(\(summary), at: \(indices.summary))") {
            ct_index_add_(handle, Int64(dim), indices.handle, source.handle, $0)
        }
    }
}

internal import CTorch

// Reductions. Without `dims`, over all elements.
extension Tensor {
    /// The sum.
    public func sum(dims: [Int] = [], keepDims: Bool = false) throws -> Tensor {
        try make("sum(\(summary), dims: \(dims))") {
            ct_sum(handle, dims.map(Int64.init), Int64(dims.count), keepDims, $0, $1)
        }
    }

    /// The arithmetic mean.
    public func mean(dims: [Int] = [], keepDims: Bool = false) throws -> Tensor {
        try make("mean(\(summary), dims: \(dims))") {
            ct_mean(handle, dims.map(Int64.init), Int64(dims.count), keepDims, $0, $1)
        }
    }

    /// The largest element.
    public func maximum(dims: [Int] = [], keepDims: Bool = false) throws -> Tensor {
        try make("maximum(\(summary), dims: \(dims))") {
            ct_amax(handle, dims.map(Int64.init), Int64(dims.count), keepDims, $0, $1)
        }
    }

    /// The smallest element.
    public func minimum(dims: [Int] = [], keepDims: Bool = false) throws -> Tensor {
        try make("minimum(\(summary), dims: \(dims))") {
            ct_amin(handle, dims.map(Int64.init), Int64(dims.count), keepDims, $0, $1)
        }
    }

    /// ln Σ eˣ without overflow.
    public func logSumExp(dims: [Int] = [], keepDims: Bool = false) throws -> Tensor {
        try make("logSumExp(\(summary), dims: \(dims))") {
            ct_logsumexp(handle, dims.map(Int64.init), Int64(dims.count), keepDims, $0, $1)
        }
    }

    /// The 2-norm.
    public func norm(dims: [Int] = [], keepDims: Bool = false) throws -> Tensor {
        try make("norm(\(summary), dims: \(dims))") {
            ct_norm(handle, dims.map(Int64.init), Int64(dims.count), keepDims, $0, $1)
        }
    }

    /// True when every element is, as a tensor of rank 0.
    public func all() throws -> Tensor { try make("all(\(summary))") { ct_all(handle, $0, $1) } }

    /// True when some element is, as a tensor of rank 0.
    public func any() throws -> Tensor { try make("any(\(summary))") { ct_any(handle, $0, $1) } }

    /// The index of the largest element along a dimension.
    public func argmax(dim: Int) throws -> Tensor {
        try make("argmax(\(summary), dim: \(dim))") { ct_argmax(handle, Int64(dim), $0, $1) }
    }

    /// eˣ / Σ eˣ along a dimension.
    public func softmax(dim: Int) throws -> Tensor {
        try make("softmax(\(summary), dim: \(dim))") { ct_softmax(handle, Int64(dim), $0, $1) }
    }

    /// x − ln Σ eˣ along a dimension.
    public func logSoftmax(dim: Int) throws -> Tensor {
        try make("logSoftmax(\(summary), dim: \(dim))") { ct_log_softmax(handle, Int64(dim), $0, $1) }
    }

    /// Running sums along a dimension.
    public func cumulativeSum(dim: Int) throws -> Tensor {
        try make("cumulativeSum(\(summary), dim: \(dim))") { ct_cumsum(handle, Int64(dim), $0, $1) }
    }

    /// The `k` largest elements along a dimension, in falling order, and where they stood.
    public func topK(_ k: Int, dim: Int = -1) throws -> (values: Tensor, indices: Tensor) {
        try pair("topK(\(summary), k: \(k))") { ct_topk(handle, Int64(k), Int64(dim), $0, $1, $2) }
    }

    /// The elements sorted along a dimension (stable), and where they stood.
    public func sorted(dim: Int = -1, descending: Bool = false) throws -> (values: Tensor, indices: Tensor) {
        try pair("sorted(\(summary))") { ct_sort(handle, Int64(dim), descending, $0, $1, $2) }
    }
}

/// Runs one call that makes two tensors.
func pair(
    _ operation: @autoclosure () -> String,
    _ call: (
        UnsafeMutablePointer<CTTensor?>, UnsafeMutablePointer<CTTensor?>,
        UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) -> CTStatus
) throws -> (Tensor, Tensor) {
    var second: CTTensor?
    let first = try make(operation()) { call($0, &second, $1) }
    guard let second else { throw TorchError(operation: operation(), reason: "no second result") }
    return (first, Tensor(owning: second))
}

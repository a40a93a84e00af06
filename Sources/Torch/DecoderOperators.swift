internal import CTorch

// What decoders of the Llama family have between their matrix products. Any device and type; gradients flow through all of it.
extension Tensor {
    /// `sum = self + branch` and `normalized = weight · (sum / √(mean(sum²) + ε))` in `dtype`, over the last dimension.
    ///
    /// The quotient is computed in this tensor's type and rounded to `dtype` before the weight multiplies it.
    public func addRMSNorm(_ branch: Tensor?, weight: Tensor, epsilon: Double, dtype: DType) throws -> (
        sum: Tensor, normalized: Tensor
    ) {
        try pair("addRMSNorm(\(summary), \(branch?.summary ?? "-"), \(weight.summary))") {
            ct_add_rms_norm(handle, branch?.handle, weight.handle, epsilon, dtype.c, $0, $1, $2)
        }
    }

    /// `silu(self) · up` with silu(x) = x·σ(x): the hidden layer of SwiGLU, this being its gate.
    public func gating(_ up: Tensor) throws -> Tensor {
        try make("gating(\(summary), \(up.summary))") { ct_swiglu(handle, up.handle, $0, $1) }
    }

    /// Rotary positions: the halves (x, y) of each head become (x·cos − y·sin, y·cos + x·sin).
    ///
    /// - Parameters:
    ///   - cosine: `[T, D / 2]` for these rows `[T, heads · D]`.
    ///   - sine: Likewise.
    public func rotated(cosine: Tensor, sine: Tensor, heads: Int) throws -> Tensor {
        try make("rotated(\(summary), \(cosine.summary), heads: \(heads))") {
            ct_rotary(handle, cosine.handle, sine.handle, Int64(heads), $0, $1)
        }
    }

    /// Rows for ``packedAttention(offsets:heads:causal:)`` of grouped heads: query and key rotated, and the key and value of a group
    /// repeated for each of its heads.
    ///
    /// - Parameters:
    ///   - query: `[T, heads · D]`
    ///   - key: `[T, groups · D]`, as is the value.
    ///   - groups: A divisor of `heads`.
    /// - Returns: `[T, 3 · heads · D]`
    public static func rotatedHeads(
        query: Tensor,
        key: Tensor,
        value: Tensor,
        cosine: Tensor,
        sine: Tensor,
        heads: Int,
        groups: Int
    ) throws -> Tensor {
        try make("rotatedHeads(\(query.summary), \(key.summary), heads: \(heads), groups: \(groups))") {
            ct_rotary_qkv(
                query.handle,
                key.handle,
                value.handle,
                cosine.handle,
                sine.handle,
                Int64(heads),
                Int64(groups),
                $0,
                $1
            )
        }
    }

    /// Leaves out a share of the elements and divides the others by what is left, 1 − `share`.
    ///
    /// Whether an element of these rows `[T, W]` stays is a function of its row's key, its column and `salt`: the same again wherever
    /// the row stands, whatever the number of threads and the device.
    ///
    /// - Parameters:
    ///   - keys: int64 `[T]`
    ///   - salt: Tells apart what is drawn by the same keys.
    public func droppedOut(share: Double, keys: Tensor, salt: UInt64) throws -> Tensor {
        try make("droppedOut(\(summary), \(share), \(keys.summary))") {
            ct_keyed_dropout(handle, share, keys.handle, salt, $0, $1)
        }
    }
}

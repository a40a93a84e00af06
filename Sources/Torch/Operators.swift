internal import CTorch

// The operators that neural networks are made of; TorchNN's layers call them.

/// The activation of a hidden layer.
public enum Activation: String, Sendable {
    /// x·Φ(x), with the exact normal distribution Φ.
    case gelu
    /// x·σ(1.702 x), OpenAI's approximation.
    case quickGELU
}

extension Tensor {
    /// Rows of a weight matrix `[V, W]` by index: this holds the indices.
    ///
    /// Rows of a bfloat16 matrix come as float32, and their gradients are summed in float32.
    public func embedded(in weight: Tensor) throws -> Tensor {
        try make("embedded(\(summary), \(weight.summary))") { ct_embedding(weight.handle, handle, $0, $1) }
    }

    /// `self · weightᵀ + bias`, computed in this tensor's type: `[…, I] × [O, I] → […, O]`.
    ///
    /// Weight and bias may be of a wider type; their gradients then are of that type.
    public func linear(_ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
        try make("linear(\(summary), \(weight.summary))") {
            ct_linear(handle, weight.handle, bias?.handle, $0, $1)
        }
    }

    /// Layer normalisation over the last dimension, in this tensor's type.
    public func layerNorm(_ weight: Tensor, _ bias: Tensor, epsilon: Double) throws -> Tensor {
        try make("layerNorm(\(summary), \(weight.summary))") {
            ct_layer_norm(handle, weight.handle, bias.handle, epsilon, $0, $1)
        }
    }

    /// `sum = self + branch` and `normalized = LayerNorm(sum)` in `dtype`, in one pass.
    ///
    /// CPU only; this residual and the parameters are float32.
    public func addLayerNorm(
        _ branch: Tensor?,
        weight: Tensor,
        bias: Tensor,
        epsilon: Double,
        dtype: DType
    ) throws -> (sum: Tensor, normalized: Tensor) {
        try pair("addLayerNorm(\(summary), \(branch?.summary ?? "-"), \(weight.summary))") {
            ct_add_layer_norm(
                handle,
                branch?.handle,
                weight.handle,
                bias.handle,
                epsilon,
                dtype.c,
                $0,
                $1,
                $2
            )
        }
    }

    /// The activation of each element.
    public func activated(_ kind: Activation) throws -> Tensor {
        try make("\(kind)(\(summary))") { ct_activation(handle, kind == .gelu ? .GELU : .QUICK_GELU, $0, $1) }
    }

    /// Multi-head self-attention inside each run of packed rows: `[T, 3·W] → [T, W]`.
    ///
    /// CPU only, float32 or bfloat16.
    /// - Parameter offsets: int32 `[N + 1]`; run `s` is rows `offsets[s] ..< offsets[s + 1]`.
    public func packedAttention(offsets: Tensor, heads: Int, causal: Bool) throws -> Tensor {
        try make("packedAttention(\(summary), \(offsets.summary), heads: \(heads))") {
            ct_packed_attention(handle, offsets.handle, Int64(heads), causal, $0, $1)
        }
    }

    /// The same on a GPU, with the offsets on that GPU.
    ///
    /// - Parameter longest: The length of the longest run.
    public func packedAttention(deviceOffsets: Tensor, longest: Int, heads: Int, causal: Bool) throws
        -> Tensor
    {
        try make("packedAttention(\(summary), \(deviceOffsets.summary), heads: \(heads))") {
            ct_device_packed_attention(
                handle,
                deviceOffsets.handle,
                Int64(longest),
                Int64(heads),
                causal,
                $0,
                $1
            )
        }
    }

    /// Scaled dot-product attention of queries `[N, H, L, D]` with keys and values of the same shape.
    ///
    /// - Parameter mask: True where a query may see a key; broadcasts to `[N, H, L, L]`.
    public func attention(keys: Tensor, values: Tensor, mask: Tensor? = nil, causal: Bool = false) throws
        -> Tensor
    {
        try make("attention(\(summary), \(keys.summary), \(values.summary))") {
            ct_attention(handle, keys.handle, values.handle, mask?.handle, causal, $0, $1)
        }
    }

    /// x / ‖x‖₂ along the last dimension, in float32 (float64 stays).
    public func normalized(epsilon: Double = 1e-12) throws -> Tensor {
        try make("normalized(\(summary))") { ct_normalize(handle, epsilon, $0, $1) }
    }

    /// Bicubic resizing of `[N, C, H, W]`.
    public func resizedBicubic(height: Int, width: Int, antialias: Bool = true) throws -> Tensor {
        try make("resizedBicubic(\(summary), \(height)×\(width))") {
            ct_interpolate_bicubic(handle, Int64(height), Int64(width), antialias, $0, $1)
        }
    }
}

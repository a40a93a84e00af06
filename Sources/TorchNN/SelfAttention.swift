public import Torch

/// Multi-head self-attention over packed sequences, with query, key and value in one projection.
public struct SelfAttention {
    /// `[3·W, W]`: the rows of query, key and value; and the projection of the result.
    public let input, output: Linear
    /// The number of heads.
    public let heads: Int
    /// Whether a position sees only itself and what precedes it.
    public let isCausal: Bool

    /// Creates attention from its projections.
    public init(input: Linear, output: Linear, heads: Int, isCausal: Bool) {
        self.input = input
        self.output = output
        self.heads = heads
        self.isCausal = isCausal
    }

    /// `[T, W] → [T, W]`
    public func callAsFunction(_ rows: Tensor, _ sequences: PackedSequences) throws -> Tensor {
        try output(attend(rows, sequences))
    }

    /// The attended values before the output projection: `[T, W] → [T, W]`.
    func attend(_ rows: Tensor, _ sequences: PackedSequences) throws -> Tensor {
        try packedAttention(input(rows), sequences, heads: heads, causal: isCausal)
    }
}

/// Multi-head attention inside each of packed sequences, `[T, 3·W] → [T, W]`, in the way that is best for device and type.
public func packedAttention(
    _ qkv: Tensor,
    _ sequences: PackedSequences,
    heads: Int,
    causal: Bool
) throws -> Tensor {
    let dtype = qkv.dtype
    if qkv.device == .cpu, dtype == .float32 || dtype == .bfloat16 {
        return try qkv.packedAttention(offsets: sequences.offsets, heads: heads, causal: causal)
    }
    if qkv.device != .cpu, packs(qkv, heads: heads) {
        let offsets = sequences.deviceOffsets
        return try qkv.packedAttention(
            deviceOffsets: offsets.device == qkv.device ? offsets : offsets.to(qkv.device),
            longest: sequences.longest,
            heads: heads,
            causal: causal
        )
    }
    return try paddedAttention(qkv, sequences, heads: heads, causal: causal)
}

/// Whether libtorch has attention over packed rows for these on their GPU: flash attention, in 16 bits, is for Ampere and
/// newer ones.
private func packs(_ qkv: Tensor, heads: Int) -> Bool {
    let width = qkv.size(1) / (3 * heads)
    guard width % 8 == 0 else { return false }
    return switch qkv.dtype {
    case .float32: true
    case .bfloat16: width <= 256 && qkv.device.hasNativeBFloat16
    default: false
    }
}

/// The same as ``Torch/Tensor/packedAttention(offsets:heads:causal:)`` by libtorch's own operators, for any
/// device and type: rows are spread to the longest sequence, attend under a mask, and are packed again.
public func paddedAttention(
    _ qkv: Tensor,
    _ sequences: PackedSequences,
    heads: Int,
    causal: Bool
) throws -> Tensor {
    let count = sequences.lengths.count
    let longest = sequences.longest
    let width = qkv.size(1) / 3
    let uniform = sequences.lengths.allSatisfy { $0 == longest }
    var padded = qkv
    var places: Tensor?
    if !uniform {
        let positions = sequences.lengths.enumerated().flatMap { index, length in
            (0..<length).map { Int64(index * longest + $0) }
        }
        let indices = try Tensor(positions, on: qkv.device)
        places = indices
        // Row -1 of the source stands for padding: a zero row is appended and gathered there.
        var sources = [Int64](repeating: Int64(sequences.rowCount), count: count * longest)
        for (row, place) in positions.enumerated() { sources[Int(place)] = Int64(row) }
        let zeros = try Tensor.zeros([1, 3 * width], dtype: qkv.dtype, on: qkv.device)
        padded = try Tensor.concatenate([qkv, zeros]).indexSelect(Tensor(sources, on: qkv.device))
    }
    // [3, N, H, L, D]
    let split = try padded.reshaped([count, longest, 3, heads, width / heads]).permuted([2, 0, 3, 1, 4])
    let mask = uniform ? nil : try keyMask(sequences, causal: causal, on: qkv.device)
    let attended = try split.select(0).attention(
        keys: split.select(1),
        values: split.select(2),
        mask: mask,
        causal: causal && uniform
    )
    let rows = try attended.permuted([0, 2, 1, 3]).reshaped([count * longest, width])
    return try places.map { try rows.indexSelect($0) } ?? rows
}

/// True where query row may see key column: `[N, 1, L, L]`. Padding rows see the first key, so that none is empty.
private func keyMask(_ sequences: PackedSequences, causal: Bool, on device: Device) throws -> Tensor {
    let longest = sequences.longest
    let count = sequences.lengths.count
    let position = try Tensor.arange(0..<longest, on: device)
    let lengths = try Tensor(sequences.lengths.map { Int64(max($0, 1)) }, on: device)
    let keys = try position.reshaped([1, 1, 1, longest])
    let valid = try keys .< lengths.reshaped([count, 1, 1, 1])
    let queries = try position.reshaped([1, 1, longest, 1])
    return causal ? try valid .& (keys .<= queries) : try valid.expanded([count, 1, longest, longest])
}

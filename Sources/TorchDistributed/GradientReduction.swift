public import Torch

/// Sums gradients over the processes of a run, some megabytes at a time.
public enum GradientReduction {
    /// Bytes of gradients that travel together, unless one alone is larger.
    public static let bucketBytes = 32 << 20

    /// Replaces each parameter's gradient by its sum over all ranks; with one process, nothing is done.
    ///
    /// All ranks hold gradients of the same parameters. Gradients of 16 bits are summed in float32.
    ///
    /// - Parameter bucketBytes: How much travels together.
    public static func sum(
        _ parameters: [Tensor],
        over collective: any Collective,
        bucketBytes: Int = Self.bucketBytes
    ) throws {
        guard collective.count > 1 else { return }
        try withoutGradient {
            for bucket in buckets(of: parameters.filter { $0.gradient != nil }, bucketBytes) {
                try sum(bucket: bucket, over: collective)
            }
        }
    }

    private static func sum(bucket: [Tensor], over collective: any Collective) throws {
        let flat = try Tensor.concatenate(
            bucket.compactMap(\.gradient).map { try $0.to(wide($0.dtype)).reshaped([-1]) }
        )
        let total = try collective.sum(flat)
        var start = 0
        for parameter in bucket {
            let part = try total.slice(start..<start + parameter.count).reshaped(parameter.shape)
            try parameter.setGradient(part.to(parameter.dtype))
            start += parameter.count
        }
    }

    /// Neighbours of one type, as many as fit.
    private static func buckets(of parameters: [Tensor], _ bucketBytes: Int) -> [[Tensor]] {
        var buckets: [[Tensor]] = []
        var bytes = 0
        for parameter in parameters {
            let size = parameter.count * wide(parameter.dtype).byteCount
            if let last = buckets.last?.last, last.dtype == parameter.dtype, bytes + size <= bucketBytes {
                buckets[buckets.count - 1].append(parameter)
                bytes += size
            } else {
                buckets.append([parameter])
                bytes = size
            }
        }
        return buckets
    }

    private static func wide(_ type: DType) -> DType {
        type == .bfloat16 || type == .float16 ? .float32 : type
    }
}

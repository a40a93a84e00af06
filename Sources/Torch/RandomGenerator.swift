internal import CTorch

/// A source of random tensor values of its own; the process-wide one is never touched.
public final class RandomGenerator {
    private let handle: CTGenerator

    /// Creates a generator; equal seeds give equal values.
    public init(seed: UInt64) throws {
        var out: CTGenerator?
        try check("RandomGenerator(seed: \(seed))") { ct_generator_create(seed, &out, $0) }
        guard let out else { throw TorchError(operation: "RandomGenerator", reason: "no result") }
        handle = out
    }

    deinit {
        ct_generator_free(handle)
    }

    /// Fills a CPU tensor from the normal distribution.
    public func fillNormal(_ tensor: Tensor, mean: Double = 0, deviation: Double = 1) throws {
        try check("fillNormal(\(tensor.summary))") { ct_normal_(tensor.handle, mean, deviation, handle, $0) }
    }

    /// Fills a CPU tensor uniformly from `low ..< high`.
    public func fillUniform(_ tensor: Tensor, in range: Range<Double>) throws {
        try check("fillUniform(\(tensor.summary))") {
            ct_uniform_(tensor.handle, range.lowerBound, range.upperBound, handle, $0)
        }
    }
}

internal import CTorch

extension Tensor {
    /// Takes over float32 values as bfloat16, rounded up or down at random so that the mean is exact.
    ///
    /// 16 random bits are added below the kept mantissa, and the rest is cut off. The bits are a function of `key`, the
    /// value of `step` and the number of the element, whatever the number of threads and the device. What bfloat16 can
    /// hold stays as it is, infinities and NaN among it; no finite number becomes infinite.
    /// - Parameters:
    ///   - source: float32 of the same shape; both are contiguous.
    ///   - step: A tensor of one element on the same device.
    ///   - firstElement: The number of the first element, where a larger tensor is rounded in pieces.
    public func roundStochastically(
        from source: Tensor,
        key: UInt64,
        step: Tensor,
        firstElement: Int = 0
    ) throws {
        try check("roundStochastically(\(summary), from: \(source.summary))") {
            ct_round_stochastic_(handle, source.handle, key, step.handle, Int64(firstElement), $0)
        }
    }
}

internal import CTorch

extension Tensor {
    /// The number of dimensions.
    public var rank: Int {
        var rank: Int64 = 0
        ignoring { ct_rank(handle, &rank, $0) }
        return Int(rank)
    }

    /// The size of each dimension.
    public var shape: [Int] {
        let rank = self.rank
        var sizes = [Int64](repeating: 0, count: rank)
        ignoring { ct_shape(handle, &sizes, Int64(rank), $0) }
        return sizes.map { Int($0) }
    }

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The type of the elements.
    public var dtype: DType {
        var dtype = CTDType.CT_FLOAT32
        ignoring { ct_dtype(handle, &dtype, $0) }
        return DType(dtype)
    }

    /// Where the elements lie.
    public var device: Device {
        var device = CTDevice(kind: .CPU, index: 0)
        ignoring { ct_device(handle, &device, $0) }
        return Device(device)
    }

    /// Whether the elements lie in row-major order without gaps.
    public var isContiguous: Bool {
        var result = false
        ignoring { ct_is_contiguous(handle, &result, $0) }
        return result
    }

    /// The size of dimension `dim`; negative dimensions count from the end.
    public func size(_ dim: Int) -> Int {
        let shape = self.shape
        return shape[dim < 0 ? shape.count + dim : dim]
    }

    /// Shape and type in a few words, for messages.
    public var summary: String { "\(shape) \(dtype)" }

    /// Reading the metadata of a live tensor does not fail.
    private func ignoring(_ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CTStatus) {
        var message: UnsafeMutablePointer<CChar>?
        if call(&message) != .OK { ct_message_free(message) }
    }
}

extension Tensor: CustomStringConvertible {
    /// Shape, type and device; the elements are not read.
    public var description: String { "Tensor(\(summary), \(device))" }
}

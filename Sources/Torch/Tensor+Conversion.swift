internal import CTorch

extension Tensor {
    /// The same values in another type; the tensor itself where nothing changes.
    public func to(_ dtype: DType) throws -> Tensor { try to(dtype, on: device) }

    /// The same values on another device; the tensor itself where nothing changes.
    public func to(_ device: Device) throws -> Tensor { try to(dtype, on: device) }

    /// The same values in another type and on another device.
    public func to(_ dtype: DType, on device: Device, nonBlocking: Bool = false) throws -> Tensor {
        try make("to(\(summary), \(dtype), \(device))") {
            ct_to(handle, dtype.c, device.c, nonBlocking, $0, $1)
        }
    }

    /// The elements in row-major order without gaps.
    public func contiguous() throws -> Tensor {
        try make("contiguous(\(summary))") { ct_contiguous(handle, $0, $1) }
    }

    /// A copy with memory of its own.
    public func cloned() throws -> Tensor { try make("cloned(\(summary))") { ct_clone(handle, $0, $1) } }

    /// The elements in row-major order, converted to `Element`. Waits for the device.
    public func scalars<Element: TensorElement>(as type: Element.Type = Element.self) throws -> [Element] {
        let source = try to(Element.dtype)
        let count = source.count
        return try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            try source.copyBytes(
                to: UnsafeMutableRawBufferPointer(rebasing: raw[..<(count * MemoryLayout<Element>.stride)])
            )
            initialized = count
        }
    }

    /// Copies the elements as they are, in row-major order. Waits for the device.
    public func copyBytes(to buffer: UnsafeMutableRawBufferPointer) throws {
        guard let base = buffer.baseAddress else { return }
        try check("copyBytes(\(summary))") { ct_copy_bytes(handle, base, Int64(buffer.count), $0) }
    }

    /// The value of a tensor with one element. Waits for the device.
    public func item() throws -> Double {
        var value = 0.0
        try check("item(\(summary))") { ct_item(handle, &value, $0) }
        return value
    }

    /// Lends the memory of a contiguous CPU tensor.
    public func withUnsafeBytes<R>(_ body: (UnsafeMutableRawBufferPointer) throws -> R) throws -> R {
        var address: UnsafeMutableRawPointer?
        try check("withUnsafeBytes(\(summary))") { ct_data(handle, &address, $0) }
        let byteCount = count * dtype.byteCount
        return try withExtendedLifetime(self) {
            try body(UnsafeMutableRawBufferPointer(start: address, count: byteCount))
        }
    }
}

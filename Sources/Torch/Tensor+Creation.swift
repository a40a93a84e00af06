internal import CTorch

extension Tensor {
    /// A tensor whose elements are all `value`.
    public static func full(
        _ shape: [Int],
        _ value: Double,
        dtype: DType = .float32,
        on device: Device = .cpu
    ) throws -> Tensor {
        try make("full(\(shape))") {
            ct_full(shape.map(Int64.init), Int64(shape.count), value, dtype.c, device.c, $0, $1)
        }
    }

    /// A tensor of zeros.
    public static func zeros(_ shape: [Int], dtype: DType = .float32, on device: Device = .cpu) throws
        -> Tensor
    {
        try full(shape, 0, dtype: dtype, on: device)
    }

    /// A tensor of ones.
    public static func ones(_ shape: [Int], dtype: DType = .float32, on device: Device = .cpu) throws
        -> Tensor
    {
        try full(shape, 1, dtype: dtype, on: device)
    }

    /// A tensor whose elements are not set.
    public static func empty(_ shape: [Int], dtype: DType = .float32, on device: Device = .cpu) throws
        -> Tensor
    {
        try make("empty(\(shape))") {
            ct_empty(shape.map(Int64.init), Int64(shape.count), dtype.c, device.c, $0, $1)
        }
    }

    /// The whole numbers of a range.
    public static func arange(_ range: Range<Int>, dtype: DType = .int64, on device: Device = .cpu) throws
        -> Tensor
    {
        try make("arange(\(range))") {
            ct_arange(Int64(range.lowerBound), Int64(range.upperBound), dtype.c, device.c, $0, $1)
        }
    }

    /// Copies row-major `values` into a tensor of the given shape.
    public convenience init<Element: TensorElement>(
        _ values: [Element],
        shape: [Int],
        on device: Device = .cpu
    ) throws {
        var out: CTTensor?
        try values.withUnsafeBytes { bytes in
            let empty: UInt8 = 0
            try withUnsafePointer(to: empty) { placeholder in
                try check("copy of \(values.count) values to \(shape) \(Element.dtype)") {
                    ct_from_bytes(
                        bytes.baseAddress ?? UnsafeRawPointer(placeholder),
                        Int64(bytes.count),
                        shape.map(Int64.init),
                        Int64(shape.count),
                        Element.dtype.c,
                        device.c,
                        &out,
                        $0
                    )
                }
            }
        }
        guard let out else { throw TorchError(operation: "copy of values", reason: "no result") }
        self.init(owning: out)
    }

    /// Copies values into a vector.
    public convenience init<Element: TensorElement>(_ values: [Element], on device: Device = .cpu) throws {
        try self.init(values, shape: [values.count], on: device)
    }

    /// A tensor of rank 0.
    public convenience init(_ value: Float, on device: Device = .cpu) throws {
        try self.init([value], shape: [], on: device)
    }

    /// Copies raw row-major memory, exactly as many bytes as the shape and the type need.
    public static func copying(
        bytes: UnsafeRawBufferPointer,
        shape: [Int],
        dtype: DType,
        on device: Device = .cpu
    ) throws -> Tensor {
        // An empty buffer may have no address, which the call does not read then.
        let empty: UInt8 = 0
        return try withUnsafePointer(to: empty) { placeholder in
            try make("copy of \(bytes.count) bytes to \(shape) \(dtype)") {
                ct_from_bytes(
                    bytes.baseAddress ?? UnsafeRawPointer(placeholder),
                    Int64(bytes.count),
                    shape.map(Int64.init),
                    Int64(shape.count),
                    dtype.c,
                    device.c,
                    $0,
                    $1
                )
            }
        }
    }

    /// A view of memory that `owner` keeps alive; nothing is copied.
    ///
    /// - Parameters:
    ///   - pointer: Row-major elements that stay in place while `owner` lives.
    ///   - owner: Released when the last view of the memory is gone.
    public static func viewing(
        _ pointer: UnsafeMutableRawPointer,
        owner: AnyObject,
        shape: [Int],
        dtype: DType
    ) throws -> Tensor {
        let context = Unmanaged.passRetained(owner).toOpaque()
        do {
            return try make("view of memory as \(shape) \(dtype)") {
                ct_from_memory(
                    pointer,
                    shape.map(Int64.init),
                    Int64(shape.count),
                    dtype.c,
                    { context in if let context { Unmanaged<AnyObject>.fromOpaque(context).release() } },
                    context,
                    $0,
                    $1
                )
            }
        } catch {
            Unmanaged<AnyObject>.fromOpaque(context).release()
            throw error
        }
    }
}

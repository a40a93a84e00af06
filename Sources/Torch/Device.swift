internal import CTorch

/// Where a tensor's memory lies and its operations run.
public enum Device: Hashable, Sendable, CustomStringConvertible {
    /// The host's processors.
    case cpu
    /// An NVIDIA GPU, by its number from 0.
    case cuda(Int)

    /// How many CUDA devices libtorch sees.
    public static var cudaCount: Int { Int(ct_cuda_device_count()) }

    /// Reads `cpu`, `cuda`, `cuda:N`, or `auto` (the first GPU, otherwise the CPU).
    public init?(_ name: String) {
        switch name {
        case "cpu": self = .cpu
        case "cuda": self = .cuda(0)
        case "auto": self = Self.cudaCount > 0 ? .cuda(0) : .cpu
        default:
            guard name.hasPrefix("cuda:"), let index = Int8(name.dropFirst(5)), index >= 0 else { return nil }
            self = .cuda(Int(index))
        }
    }

    /// The name that libtorch uses.
    public var description: String {
        switch self {
        case .cpu: "cpu"
        case .cuda(let index): "cuda:\(index)"
        }
    }

    /// Whether the device multiplies bfloat16 matrices in hardware; elsewhere float32 is faster.
    public var hasNativeBFloat16: Bool { ct_has_native_bfloat16(c) }

    /// Waits until everything that was queued on the device is done.
    public func synchronize() throws {
        try check("synchronize(\(self))") { ct_synchronize(c, $0) }
    }

    /// Bytes of a CUDA device that are free.
    ///
    /// - Throws: `TorchError` for the CPU, whose memory is the system's.
    public func freeBytes() throws -> Int {
        var bytes: Int64 = 0
        try check("freeBytes(\(self))") { ct_device_free_memory(c, &bytes, $0) }
        return Int(bytes)
    }

    /// The most bytes that tensors took of a CUDA device at a time; nil for the CPU.
    public func peakTensorBytes() throws -> Int? {
        guard self != .cpu else { return nil }
        var bytes: Int64 = 0
        try check("peakTensorBytes(\(self))") { ct_device_peak_memory(c, &bytes, $0) }
        return Int(bytes)
    }

    /// Gives back memory that is kept for tensors to come: on a CUDA device what libtorch keeps, so that ``freeBytes()`` counts
    /// it as free; on the CPU what the C library keeps of freed blocks, where that is glibc.
    public func emptyCache() throws {
        try check("emptyCache(\(self))") { ct_empty_cache(c, $0) }
    }

    var c: CTDevice {
        switch self {
        case .cpu: CTDevice(kind: .CPU, index: 0)
        case .cuda(let index): CTDevice(kind: .CUDA, index: Int8(index))
        }
    }

    init(_ c: CTDevice) {
        self = c.kind == .CPU ? .cpu : .cuda(Int(c.index))
    }
}

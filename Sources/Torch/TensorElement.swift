/// A Swift number that a tensor's elements can be copied from and to.
public protocol TensorElement: BitwiseCopyable, Sendable {
    /// The tensor type of the same layout.
    static var dtype: DType { get }
}

extension UInt8: TensorElement {
    /// Unsigned bytes.
    public static var dtype: DType { .uint8 }
}
extension Int32: TensorElement {
    /// 32-bit integers.
    public static var dtype: DType { .int32 }
}
extension Int64: TensorElement {
    /// 64-bit integers.
    public static var dtype: DType { .int64 }
}
extension Float: TensorElement {
    /// Single precision.
    public static var dtype: DType { .float32 }
}
extension Double: TensorElement {
    /// Double precision.
    public static var dtype: DType { .float64 }
}

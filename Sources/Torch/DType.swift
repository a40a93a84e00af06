internal import CTorch

/// The type of a tensor's elements.
public enum DType: String, Sendable, CaseIterable {
    case uint8, int8, int16, int32, int64, float16, float32, float64, bool, bfloat16

    /// The size of one element in bytes.
    public var byteCount: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .int16, .float16, .bfloat16: 2
        case .int32, .float32: 4
        case .int64, .float64: 8
        }
    }

    /// Whether elements are real numbers, which gradients can flow through.
    public var isFloatingPoint: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        default: false
        }
    }

    var c: CTDType {
        switch self {
        case .uint8: .CT_UINT8
        case .int8: .CT_INT8
        case .int16: .CT_INT16
        case .int32: .CT_INT32
        case .int64: .CT_INT64
        case .float16: .CT_FLOAT16
        case .float32: .CT_FLOAT32
        case .float64: .CT_FLOAT64
        case .bool: .CT_BOOL
        case .bfloat16: .CT_BFLOAT16
        }
    }

    init(_ c: CTDType) {
        self =
            switch c {
            case .CT_UINT8: .uint8
            case .CT_INT8: .int8
            case .CT_INT16: .int16
            case .CT_INT32: .int32
            case .CT_INT64: .int64
            case .CT_FLOAT16: .float16
            case .CT_FLOAT32: .float32
            case .CT_FLOAT64: .float64
            case .CT_BOOL: .bool
            case .CT_BFLOAT16: .bfloat16
            }
    }
}

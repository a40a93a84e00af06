import Torch

/// The element types of the format, under the names that headers use.
enum SafetensorsType: String, CaseIterable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case i32 = "I32"
    case i16 = "I16"
    case i8 = "I8"
    case u8 = "U8"
    case bool = "BOOL"

    var dtype: DType {
        switch self {
        case .f64: .float64
        case .f32: .float32
        case .f16: .float16
        case .bf16: .bfloat16
        case .i64: .int64
        case .i32: .int32
        case .i16: .int16
        case .i8: .int8
        case .u8: .uint8
        case .bool: .bool
        }
    }

    init(_ dtype: DType) {
        self =
            switch dtype {
            case .float64: .f64
            case .float32: .f32
            case .float16: .f16
            case .bfloat16: .bf16
            case .int64: .i64
            case .int32: .i32
            case .int16: .i16
            case .int8: .i8
            case .uint8: .u8
            case .bool: .bool
            }
    }
}

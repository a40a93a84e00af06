public import Torch

/// The types of tensors that can be read, by their numbers in the format.
public enum GGUFType: UInt32, Sendable, CaseIterable, CustomStringConvertible {
    case float32 = 0
    case float16 = 1
    case q4Block0 = 2
    case q4Block1 = 3
    case q8Block0 = 8
    case q4BlockK = 12
    case q5BlockK = 13
    case q6BlockK = 14
    case bfloat16 = 30

    /// The type of elements that are stored as they are; nil for blocks.
    public var dtype: DType? {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        default: nil
        }
    }

    /// The name that files and tools go by: `Q4_K`.
    public var description: String {
        switch self {
        case .float32: "F32"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .q4Block0: "Q4_0"
        case .q4Block1: "Q4_1"
        case .q8Block0: "Q8_0"
        case .q4BlockK: "Q4_K"
        case .q5BlockK: "Q5_K"
        case .q6BlockK: "Q6_K"
        }
    }

    /// How blocks are read; nil where elements are stored as they are.
    var blocks: (any BlockFormat.Type)? {
        switch self {
        case .float32, .float16, .bfloat16: nil
        case .q4Block0: Q4Block0.self
        case .q4Block1: Q4Block1.self
        case .q8Block0: Q8Block0.self
        case .q4BlockK: Q4BlockK.self
        case .q5BlockK: Q5BlockK.self
        case .q6BlockK: Q6BlockK.self
        }
    }

    /// Elements and bytes of the smallest part that a row is made of.
    var unit: (values: Int, bytes: Int) {
        if let blocks { return (blocks.valueCount, blocks.byteCount) }
        return (1, self == .float32 ? 4 : 2)
    }
}

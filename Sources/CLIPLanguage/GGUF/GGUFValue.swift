/// A value of a file's metadata.
public enum GGUFValue: Sendable, Equatable {
    /// A whole number of any width that is written without a sign.
    case unsigned(UInt64)
    /// A whole number of any width that is written with a sign.
    case signed(Int64)
    /// A number in single precision.
    case single(Float)
    /// A number in double precision.
    case double(Double)
    /// Yes or no.
    case flag(Bool)
    /// A text.
    case text(String)
    /// A list, which is read from the file when it is asked for.
    case list(List)

    /// Where a list lies; its bytes were checked against the file.
    public struct List: Sendable, Equatable {
        /// What it holds, by the format's number.
        public let elementType: UInt32
        /// How many elements.
        public let count: Int
        /// Where the first one lies.
        let offset: Int
    }

    /// What it is, in words.
    var kind: String {
        switch self {
        case .unsigned(let value): "\(value)"
        case .signed(let value): "\(value)"
        case .single(let value): "\(value)"
        case .double(let value): "\(value)"
        case .flag(let value): "\(value)"
        case .text(let value): "'\(value)'"
        case .list(let list): "a list of \(list.count) elements of type \(list.elementType)"
        }
    }
}

/// The types of values, by their numbers in the format.
enum GGUFValueType: UInt32 {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// Bytes of a value; nil where that depends on the value.
    var byteCount: Int? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .string, .array: nil
        }
    }
}

extension GGUFCursor {
    /// Lists of lists are legal; deeper ones than this are an attack on the stack.
    private static let deepest = 4

    /// Reads the type of a value.
    mutating func valueType(_ part: @autoclosure () -> String) throws(GGUFError.Problem) -> GGUFValueType {
        let start = position
        let number = try integer(UInt32.self, part())
        guard let type = GGUFValueType(rawValue: number) else {
            throw .value(
                part: "the type of \(part())",
                offset: start,
                found: "\(number)",
                expected: "a number from 0 to 12"
            )
        }
        return type
    }

    /// Reads a value, or finds the end of a list.
    mutating func value(_ type: GGUFValueType, _ key: String, depth: Int = 0) throws(GGUFError.Problem)
        -> GGUFValue
    {
        switch type {
        case .uint8: .unsigned(UInt64(try integer(UInt8.self, key)))
        case .uint16: .unsigned(UInt64(try integer(UInt16.self, key)))
        case .uint32: .unsigned(UInt64(try integer(UInt32.self, key)))
        case .uint64: .unsigned(try integer(UInt64.self, key))
        case .int8: .signed(Int64(try integer(Int8.self, key)))
        case .int16: .signed(Int64(try integer(Int16.self, key)))
        case .int32: .signed(Int64(try integer(Int32.self, key)))
        case .int64: .signed(try integer(Int64.self, key))
        case .float32: .single(Float(bitPattern: try integer(UInt32.self, key)))
        case .float64: .double(Double(bitPattern: try integer(UInt64.self, key)))
        case .bool: .flag(try flag(key))
        case .string: .text(try string(key))
        case .array: .list(try list(key, depth: depth + 1))
        }
    }

    private mutating func flag(_ key: String) throws(GGUFError.Problem) -> Bool {
        let start = position
        let byte = try integer(UInt8.self, key)
        guard byte <= 1 else {
            throw .value(part: key, offset: start, found: "\(byte)", expected: "0 or 1 for no or yes")
        }
        return byte == 1
    }

    private mutating func list(_ key: String, depth: Int) throws(GGUFError.Problem) -> GGUFValue.List {
        guard depth <= Self.deepest else {
            throw .value(
                part: key,
                offset: position,
                found: "a list inside of \(Self.deepest) others",
                expected: "a flat one"
            )
        }
        let type = try valueType(key)
        let claimed = try integer(UInt64.self, key)
        let start = position
        if let size = type.byteCount {
            let (bytes, overflow) = claimed.multipliedReportingOverflow(by: UInt64(size))
            try skip(overflow ? .max : bytes, key)
        } else {
            // Each element is eight bytes at least, so that the file's end ends the loop.
            var index: UInt64 = 0
            while index < claimed {
                if type == .string {
                    try skip(try integer(UInt64.self, key), key)
                } else {
                    _ = try list(key, depth: depth + 1)
                }
                index += 1
            }
        }
        // Not above the number of bytes in the file, as each element took some.
        return GGUFValue.List(elementType: type.rawValue, count: Int(claimed), offset: start)
    }
}

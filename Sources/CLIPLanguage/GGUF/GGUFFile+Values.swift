import TorchNN

extension GGUFFile {
    /// A whole number of the metadata, within bounds; nil where there is no such key.
    func integer(_ key: String, in range: ClosedRange<Int> = 1...Int(Int32.max)) throws -> Int? {
        guard let value = metadata[key] else { return nil }
        let number: Int? =
            switch value {
            case .unsigned(let number): Int(exactly: number)
            case .signed(let number): Int(exactly: number)
            default: nil
            }
        guard let number, range.contains(number) else {
            throw unfit(key, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A positive number of the metadata; nil where there is no such key.
    ///
    /// Single precision is read as the shortest decimal that stands for it: 1e-5 is meant by 9.9999997e-06.
    func positive(_ key: String) throws -> Double? {
        guard let value = metadata[key] else { return nil }
        let number: Double? =
            switch value {
            case .single(let number): Double("\(number)")
            case .double(let number): number
            case .unsigned(let number): Double(number)
            default: nil
            }
        guard let number, number.isFinite, number > 0 else { throw unfit(key, value, "a positive number") }
        return number
    }

    /// A text of the metadata; nil where there is no such key.
    func text(_ key: String) throws -> String? {
        guard let value = metadata[key] else { return nil }
        guard case .text(let text) = value else { throw unfit(key, value, "a text") }
        return text
    }

    /// Yes or no; nil where there is no such key.
    func flag(_ key: String) throws -> Bool? {
        guard let value = metadata[key] else { return nil }
        guard case .flag(let flag) = value else { throw unfit(key, value, "yes or no") }
        return flag
    }

    /// A list of texts; nil where there is no such key.
    func texts(_ key: String) throws -> [String]? {
        guard let value = metadata[key] else { return nil }
        guard case .list(let list) = value, list.elementType == GGUFValueType.string.rawValue else {
            throw unfit(key, value, "a list of texts")
        }
        return try elements(list) { (cursor) throws(GGUFError.Problem) in try cursor.string("'\(key)'") }
    }

    /// A list of whole numbers of 32 bits; nil where there is no such key.
    func integers(_ key: String) throws -> [Int32]? {
        guard let value = metadata[key] else { return nil }
        let types = [GGUFValueType.int32.rawValue, GGUFValueType.uint32.rawValue]
        guard case .list(let list) = value, types.contains(list.elementType) else {
            throw unfit(key, value, "a list of whole numbers")
        }
        return try elements(list) { (cursor) throws(GGUFError.Problem) in
            try cursor.integer(Int32.self, "'\(key)'")
        }
    }

    private func elements<Element>(
        _ list: GGUFValue.List,
        _ read: (inout GGUFCursor) throws(GGUFError.Problem) -> Element
    ) throws -> [Element] {
        var cursor = GGUFCursor(UnsafeRawBufferPointer(mapping.bytes), at: list.offset)
        var elements: [Element] = []
        elements.reserveCapacity(list.count)
        do {
            for _ in 0..<list.count { elements.append(try read(&cursor)) }
        } catch {
            throw GGUFError(path: path, problem: error)
        }
        return elements
    }

    private func unfit(_ key: String, _ value: GGUFValue, _ expected: String) -> GGUFError {
        GGUFError(path: path, problem: .unsupported(part: key, found: value.kind, expected: expected))
    }
}

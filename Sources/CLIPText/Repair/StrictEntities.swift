/// Character references that cannot be anything else: those with their semicolon, and names in capitals.
enum StrictEntities {
    static func unescaped(_ codes: [UInt32]) -> [UInt32] {
        guard codes.contains(0x26) else { return codes }
        return codes.rewritten { place, result in
            guard codes[place] == 0x26, let end = end(of: codes, at: place) else { return nil }
            result.append(contentsOf: meaning(codes[place..<end]))
            return end
        }
    }

    /// Where a reference of at most 24 letters and digits ends, its semicolon included.
    private static func end(of codes: [UInt32], at start: Int) -> Int? {
        var index = start + 1
        if index < codes.count, codes[index] == 0x23 { index += 1 }
        let first = index
        while index < codes.count, index - first < 24, codes[index] < 0x80,
            ScalarClasses.ascii(UInt8(codes[index])) == .letter
                || ScalarClasses.ascii(UInt8(codes[index])) == .number
        { index += 1 }
        guard index > first, index < codes.count, codes[index] == 0x3B else { return nil }
        return index + 1
    }

    private static func meaning(_ reference: ArraySlice<UInt32>) -> [UInt32] {
        let name = reference.dropFirst()
        if name.first == 0x23 {
            // The number must reach up to the semicolon, and must not be the semicolon itself.
            guard let (value, end) = NumericReference.parse(reference, at: reference.startIndex),
                end == reference.endIndex, value != 0x3B
            else { return Array(reference) }
            return NumericReference.character(value).map { [$0] } ?? []
        }
        let key = name.map { UInt8($0) }
        return HTMLEntityTable.references[key] ?? HTMLEntityTable.shouted[key] ?? Array(reference)
    }
}

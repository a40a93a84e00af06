/// What a file says of a tensor, before it is checked.
struct GGUFTensorDescription {
    let name: String
    /// Sizes as the file orders them: the length of a row first.
    let sizes: [UInt64]
    let type: UInt32
    /// Counted from where the tensors' bytes begin.
    let offset: UInt64

    init(_ cursor: inout GGUFCursor, _ index: UInt64) throws(GGUFError.Problem) {
        let name = try cursor.string("the name of tensor \(index)")
        let start = cursor.position
        let rank = try cursor.integer(UInt32.self, "the rank of '\(name)'")
        guard (1...4).contains(rank) else {
            throw .value(
                part: "the rank of '\(name)'",
                offset: start,
                found: "\(rank)",
                expected: "1 to 4"
            )
        }
        var sizes: [UInt64] = []
        for _ in 0..<rank { sizes.append(try cursor.integer(UInt64.self, "the shape of '\(name)'")) }
        self.name = name
        self.sizes = sizes
        type = try cursor.integer(UInt32.self, "the type of '\(name)'")
        offset = try cursor.integer(UInt64.self, "the place of '\(name)'")
    }

    /// The tensor with its place in the file.
    func entry(dataStart: Int, alignment: Int, fileLength: Int) throws(GGUFError.Problem) -> GGUFFile.Entry {
        guard let known = GGUFType(rawValue: type) else { throw .type(tensor: name, found: type) }
        let unit = known.unit
        guard sizes[0] % UInt64(unit.values) == 0 else {
            throw .shape(
                tensor: name,
                found: sizes,
                reason: "rows of \(known) are multiples of \(unit.values)"
            )
        }
        var units = sizes[0] / UInt64(unit.values)
        for size in sizes.dropFirst() { units = units.multipliedClamped(by: size) }
        let (needed, values) = (
            units.multipliedClamped(by: UInt64(unit.bytes)), units.multipliedClamped(by: UInt64(unit.values))
        )
        guard values < UInt64(Int.max), sizes.allSatisfy({ $0 < UInt64(Int.max) }) else {
            throw .shape(tensor: name, found: sizes, reason: "no tensor can have so many values")
        }
        // Also keeps products of the sizes within the file's length.
        guard !sizes.contains(0) else {
            throw .shape(
                tensor: name,
                found: sizes,
                reason: "a size is 0, expected 1 or more; the file is damaged"
            )
        }
        guard offset % UInt64(alignment) == 0 else {
            throw .placement(
                tensor: name,
                reason: "starts at byte \(offset) of the data, expected a multiple of \(alignment)"
            )
        }
        let left = max(fileLength - dataStart, 0)
        guard offset <= UInt64(left), needed <= UInt64(left) - offset else {
            throw .truncated(
                part: "'\(name)' (\(known), shape \(Array(sizes.reversed())))",
                offset: dataStart.addingClamped(offset),
                needed: needed,
                left: max(left - Int(clamping: offset), 0)
            )
        }
        return GGUFFile.Entry(
            name: name,
            type: known,
            shape: sizes.reversed().map { Int($0) },
            byteOffset: dataStart + Int(offset),
            byteCount: Int(needed)
        )
    }
}

extension UInt64 {
    /// The product, or the largest number where it does not fit.
    fileprivate func multipliedClamped(by other: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}

extension Int {
    /// The sum, or the largest number where it does not fit.
    fileprivate func addingClamped(_ other: UInt64) -> Int {
        let (sum, overflow) = addingReportingOverflow(Int(clamping: other))
        return overflow ? .max : sum
    }
}

extension JSONRow {
    /// Passes over one value without decoding it and without recursion.
    ///
    /// - Parameter depth: How deep the value lies in what is being read.
    mutating func skip(depth: Int = 0) throws(Malformed) {
        // For each bracket that is open, whether it is an object's.
        var open: [Bool] = []
        repeat {
            skipSpace()
            switch peek {
            case UInt8(ascii: "{"):
                place += 1
                skipSpace()
                if !take("}") {
                    try enter(&open, depth, isObject: true)
                    continue
                }
            case UInt8(ascii: "["):
                place += 1
                skipSpace()
                if !take("]") {
                    try enter(&open, depth, isObject: false)
                    continue
                }
            case UInt8(ascii: "\""): try skipString()
            default: try skipScalar()
            }
            try close(&open)
        } while !open.isEmpty
    }

    private mutating func enter(_ open: inout [Bool], _ depth: Int, isObject: Bool) throws(Malformed) {
        open.append(isObject)
        guard open.count + depth < Self.maximumDepth else {
            throw Malformed(problem: "it is nested too deeply")
        }
        if isObject { try skipName() }
    }

    /// After a value: closes what ends here, or goes on to the next value.
    private mutating func close(_ open: inout [Bool]) throws(Malformed) {
        while let isObject = open.last {
            skipSpace()
            if take(",") {
                if isObject { try skipName() }
                return
            }
            guard take(isObject ? "}" : "]") else { throw expected(isObject ? "',' or '}'" : "',' or ']'") }
            open.removeLast()
        }
    }

    private mutating func skipName() throws(Malformed) {
        skipSpace()
        try skipString()
        try colon()
    }

    private mutating func skipString() throws(Malformed) {
        guard take("\"") else { throw expected("a text in quotation marks") }
        while let byte = peek {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return
            // What follows is part of the escape, a quotation mark too.
            case UInt8(ascii: "\\"): place += 1
            case ..<0x20: throw Malformed(problem: Self.controlCharacter)
            default: break
            }
        }
        throw Malformed(problem: Self.openText)
    }

    private mutating func skipScalar() throws(Malformed) {
        switch peek {
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case UInt8(ascii: "N"): try word("NaN")
        case UInt8(ascii: "I"): try word("Infinity")
        default: try skipNumber()
        }
    }

    private mutating func word(_ word: StaticString) throws(Malformed) {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[place..<end].elementsEqual(
                UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            )
        else { throw expected("a value") }
        place = end
    }

    private mutating func skipNumber() throws(Malformed) {
        let start = place
        let isNegative = take("-")
        if isNegative, peek == UInt8(ascii: "I") { return try word("Infinity") }
        if !isNegative { _ = take("+") }
        var count = skipDigits()
        if take(".") { count += skipDigits() }
        var isNumber = count > 0
        if isNumber, take("e") || take("E") {
            if !take("-") { _ = take("+") }
            isNumber = skipDigits() > 0
        }
        guard isNumber else {
            place = start
            throw expected("a value")
        }
    }

    private mutating func skipDigits() -> Int {
        let start = place
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
        return place - start
    }
}

/// Finds and undoes wrong decodings, one after another, until the text no longer looks wrong or nothing helps.
enum EncodingRepair {
    static func repaired(_ codes: [UInt32]) -> [UInt32] {
        var codes = codes
        while true {
            let next = step(codes)
            if next == codes { return codes }
            codes = next
        }
    }

    private static func step(_ codes: [UInt32]) -> [UInt32] {
        guard MojibakeDetector.isSuspicious(codes) else { return codes }
        for encoding in SingleByteEncoding.all {
            if let bytes = encoding.encode(codes), let text = redecoded(bytes, from: encoding) { return text }
        }
        let pieces = repairedInPieces(codes)
        if pieces != codes { return pieces }
        // What remains are C1 controls, which hardly anyone intends: it was Windows-1252.
        return CharacterReplacements.withoutC1(codes)
    }

    /// The bytes read as UTF-8, mended where they were altered; nil if they are not UTF-8.
    private static func redecoded(_ bytes: [UInt8], from encoding: SingleByteEncoding) -> [UInt32]? {
        var bytes = bytes
        if !encoding.isMacRoman { bytes = UTF8Sequences.restoringA0(bytes) }
        if encoding.isSloppy { bytes = UTF8Sequences.replacingLossy(bytes) }
        if bytes.contains(0xED) || bytes.contains(0xC0) { return UTF8Variants.decode(bytes) }
        var codes: [UInt32] = []
        codes.reserveCapacity(bytes.count)
        return UTF8Bytes.decodeStrictly(bytes[...], into: &codes) ? codes : nil
    }

    /// Repairs each stretch that looks like UTF-8 sequences for itself: texts of two encodings were joined.
    private static func repairedInPieces(_ codes: [UInt32]) -> [UInt32] {
        let classes = MojibakeRules.shared.classes(of: codes)
        var result: [UInt32] = []
        result.reserveCapacity(codes.count)
        var index = 0
        while index < codes.count {
            let isInsideGarble = index > 0 && classes[index - 1].contains(.strictContinuation)
            let end = isInsideGarble ? index : endOfSequences(classes, from: index)
            if end == index {
                result.append(codes[index])
                index += 1
                continue
            }
            let piece = Array(codes[index..<end])
            let isRepairable = piece.count < codes.count && MojibakeDetector.isSuspicious(piece)
            result.append(contentsOf: isRepairable ? repaired(piece) : piece)
            index = end
        }
        return result
    }

    private static func endOfSequences(_ classes: [MojibakeClasses], from start: Int) -> Int {
        func isSequence(_ lead: MojibakeClasses, _ tails: Int, at index: Int) -> Bool {
            classes[index].contains(lead) && index + tails < classes.count
                && classes[(index + 1)...(index + tails)].allSatisfy { $0.contains(.continuation) }
        }
        var index = start
        while index < classes.count {
            if isSequence(.leadOfTwo, 1, at: index) {
                index += 2
            } else if isSequence(.leadOfThree, 2, at: index) {
                index += 3
            } else if isSequence(.leadOfFour, 3, at: index) {
                index += 4
            } else {
                break
            }
        }
        return index
    }
}

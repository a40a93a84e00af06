/// Cleans a text into UTF-8 bytes that are ready for splitting.
enum TextCleaner {
    static func clean(_ text: UnsafeBufferPointer<UInt8>, mode: TextCleaning, into output: inout [UInt8]) {
        output.removeAll(keepingCapacity: true)
        if PlainText.append(text, mode: mode, to: &output) { return }
        output.removeAll(keepingCapacity: true)

        var codes = TextRepair.repaired(UTF8Bytes.codePoints(text))
        codes = HTMLEntities.unescaped(HTMLEntities.unescaped(codes))
        switch mode {
        case .whitespace: codes = collapsed(codes)
        case .lower: codes = Lowercase.apply(collapsed(codes))
        case .canonicalize: codes = collapsed(Lowercase.apply(withoutPunctuation(codes)))
        }
        for code in codes { UTF8Bytes.append(code, to: &output) }
    }

    /// One space between words, none at the ends.
    private static func collapsed(_ codes: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(codes.count)
        var isBetween = false
        for code in codes {
            if ScalarClasses.isPythonSpace(code) {
                isBetween = !result.isEmpty
            } else {
                if isBetween { result.append(0x20) }
                isBetween = false
                result.append(code)
            }
        }
        return result
    }

    private static func withoutPunctuation(_ codes: [UInt32]) -> [UInt32] {
        codes.compactMap { code in
            if code == 0x5F { return 0x20 }
            return code < 0x80 && ScalarClasses.isPunctuation(UInt8(code)) ? nil : code
        }
    }
}

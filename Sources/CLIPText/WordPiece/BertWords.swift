/// Splits a text into BERT's words: cleaned, decomposed, without accents, lowercased.
enum BertWords {
    /// Appends the words of a text in UTF-8, with spaces between them.
    static func append(_ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        if text.allSatisfy({ $0 < 0x80 }) {
            for byte in text { append(UInt32(byte), to: &output) }
            return
        }
        for code in CanonicalComposition.decomposed(cleaned(UTF8Bytes.codePoints(text))) {
            if code < 0x80 {
                append(code, to: &output)
            } else if !BertCharacters.classes(code).contains(.mark) {
                guard let properties = Unicode.Scalar(code)?.properties, properties.changesWhenLowercased
                else {
                    append(code, to: &output)
                    continue
                }
                // Each character by itself: the reference knows no final sigma.
                for scalar in properties.lowercaseMapping.unicodeScalars { append(scalar.value, to: &output) }
            }
        }
    }

    /// The characters that stay, with spaces around ideographs.
    private static func cleaned(_ codes: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(codes.count + 8)
        for code in codes {
            let classes = BertCharacters.classes(code)
            if classes.contains(.dropped) { continue }
            if classes.contains(.ideograph) {
                result.append(contentsOf: [space, code, space])
            } else {
                result.append(classes.contains(.space) ? space : code)
            }
        }
        return result
    }

    /// Appends a character that is a part of a word, a word, or between words.
    private static func append(_ code: UInt32, to output: inout [UInt8]) {
        let classes = BertCharacters.classes(code)
        if classes.contains(.dropped) { return }
        if classes.contains(.space) {
            output.append(UInt8(ascii: " "))
        } else if classes.contains(.punctuation) {
            output.append(UInt8(ascii: " "))
            UTF8Bytes.append(code, to: &output)
            output.append(UInt8(ascii: " "))
        } else {
            UTF8Bytes.append((0x41...0x5A).contains(code) ? code + 0x20 : code, to: &output)
        }
    }

    private static let space: UInt32 = 0x20
}

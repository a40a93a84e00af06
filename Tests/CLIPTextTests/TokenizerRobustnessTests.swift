import CLIPText
import Testing

@Suite struct TokenizerRobustnessTests {
    @Test func anyBytesGiveIdsOfTheVocabulary() throws {
        var generator = SplitMix(state: 1)
        for round in 0..<300 {
            // Every third text draws from the bytes that mojibake and entities are made of.
            let bytes = (0..<(round % 97)).map { _ -> UInt8 in
                let byte = UInt8.random(in: 0...255, using: &generator)
                return round % 3 == 0
                    ? [0xC3, 0xA9, 0xE2, 0x80, 0x26, 0x23, 0x1B, 0x5B, 0x3B][Int(byte) % 9] : byte
            }
            for cleaning in TextCleaning.allCases {
                let tokenizer = try Tokenizers.of(cleaning)
                for text in [String(decoding: bytes, as: UTF8.self), latin1(bytes)] {
                    #expect(tokenizer.encode(text).allSatisfy { (0..<49_408).contains($0) })
                }
            }
        }
    }

    @Test func manyThreadsAgree() async throws {
        let tokenizer = try Tokenizers.of()
        let texts = (0..<200).map { "caption \($0) of a naïve café, it’s \($0 * 7919)" }
        let expected = texts.map { tokenizer.encode($0) }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { texts.map { tokenizer.encode($0) } == expected } }
            for await agrees in group { #expect(agrees) }
        }
    }

    @Test func idsDoNotDependOnWhatWasEncodedBefore() throws {
        let tokenizer = try Tokenizers.of()
        let expected = tokenizer.encode("zebra crossing")
        // More distinct words than the cache holds.
        for number in 0..<50 {
            let words = (0..<900).map { "w\(letters(number * 900 + $0))" }
            _ = tokenizer.encode(words.joined(separator: " "))
        }
        #expect(tokenizer.encode("zebra crossing") == expected)
    }

    private func latin1(_ bytes: [UInt8]) -> String {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    /// A word of its own for each number.
    private func letters(_ number: Int) -> String {
        String(decoding: String(number).utf8.map { $0 + 49 }, as: UTF8.self)
    }
}

/// A small generator of random numbers that always draws the same.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

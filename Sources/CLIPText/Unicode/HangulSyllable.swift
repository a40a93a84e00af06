/// Hangul syllables, whose parts Unicode gives by arithmetic.
enum HangulSyllable {
    private static let syllables: UInt32 = 0xAC00
    private static let leads: UInt32 = 0x1100
    private static let vowels: UInt32 = 0x1161
    private static let tails: UInt32 = 0x11A7
    private static let (leadCount, vowelCount, tailCount): (UInt32, UInt32, UInt32) = (19, 21, 28)
    private static let count = leadCount * vowelCount * tailCount

    /// The two or three letters of a syllable; nil for other characters.
    static func parts(of code: UInt32) -> [UInt32]? {
        guard code >= syllables, code < syllables + count else { return nil }
        let index = code - syllables
        let lead = leads + index / (vowelCount * tailCount)
        let vowel = vowels + index % (vowelCount * tailCount) / tailCount
        let tail = index % tailCount
        return tail == 0 ? [lead, vowel] : [lead, vowel, tails + tail]
    }

    /// The syllable of a lead and a vowel, or of a syllable without tail and a tail.
    static func whole(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if first >= leads, first < leads + leadCount, second >= vowels, second < vowels + vowelCount {
            return syllables + ((first - leads) * vowelCount + second - vowels) * tailCount
        }
        if first >= syllables, first < syllables + count, (first - syllables) % tailCount == 0,
            second > tails,
            second < tails + tailCount
        {
            return first + second - tails
        }
        return nil
    }
}

/// Which script the letters of a text belong to.
enum LetterScript {
    /// Whether more letters of a text are of other scripts than Latin.
    static func isMostlyForeign(_ codes: [UInt32]) -> Bool {
        var balance = 0
        for code in codes {
            if code < 0x80 {
                if ScalarClasses.ascii(UInt8(code)) == .letter { balance -= 1 }
            } else if ScalarClasses.kind(code) == .letter {
                balance += isLatin(code) ? -1 : 1
            }
        }
        return balance > 0
    }

    /// Blocks of Latin letters: Latin-1 to the IPA, the additions, ligatures, and full-width forms.
    private static func isLatin(_ code: UInt32) -> Bool {
        switch code {
        case 0xAA, 0xBA, 0xC0...0x2AF, 0x1D00...0x1D7F, 0x1E00...0x1EFF, 0x2C60...0x2C7F, 0xA722...0xA7FF,
            0xFB00...0xFB06, 0xFF21...0xFF5A:
            true
        default: false
        }
    }
}

/// Classes of the few hundred characters that UTF-8 turns into when it is read in a single-byte encoding.
struct MojibakeClasses: OptionSet, Sendable {
    let rawValue: UInt64

    /// Met in many contexts, harmless alone.
    static let common = Self(rawValue: 1 << 0)
    /// C1 control characters.
    static let c1 = Self(rawValue: 1 << 1)
    /// Hardly ever intended.
    static let bad = Self(rawValue: 1 << 2)
    static let law = Self(rawValue: 1 << 3)
    static let currency = Self(rawValue: 1 << 4)
    static let startPunctuation = Self(rawValue: 1 << 5)
    static let endPunctuation = Self(rawValue: 1 << 6)
    static let numeric = Self(rawValue: 1 << 7)
    /// Letters that faces are made of.
    static let kaomoji = Self(rawValue: 1 << 8)
    static let upperAccented = Self(rawValue: 1 << 9)
    static let lowerAccented = Self(rawValue: 1 << 10)
    static let upperCommon = Self(rawValue: 1 << 11)
    static let lowerCommon = Self(rawValue: 1 << 12)
    static let box = Self(rawValue: 1 << 13)
    /// What the first byte of a UTF-8 sequence of two, three and four bytes looks like.
    static let leadOfTwo = Self(rawValue: 1 << 14)
    static let leadOfThree = Self(rawValue: 1 << 15)
    static let leadOfFour = Self(rawValue: 1 << 16)
    /// What a later byte looks like, a space included.
    static let continuation = Self(rawValue: 1 << 17)
    /// What a later byte looks like that hardly stands in ordinary text.
    static let strictContinuation = Self(rawValue: 1 << 18)
    static let lowerASCII = Self(rawValue: 1 << 19)
    static let upperASCII = Self(rawValue: 1 << 20)
    /// White space, and what counts as part of a word.
    static let space = Self(rawValue: 1 << 21)
    static let word = Self(rawValue: 1 << 22)
    static let notLetterASCII = Self(rawValue: 1 << 23)
    static let notLineFeed = Self(rawValue: 1 << 24)
    /// The first bit that is free for the sets of single patterns.
    static let firstFreeBit = 25

    static let letterASCII: Self = [.lowerASCII, .upperASCII]
    static let accented: Self = [.lowerAccented, .upperAccented]
    static let endings: Self = [.startPunctuation, .endPunctuation]

    /// The classes of each code point of the basic plane.
    static func basicPlane() -> [MojibakeClasses] {
        var table = (0..<0x10000).map { general($0) }
        for (name, list) in members {
            for range in CodePointList.ranges(list) {
                for code in range { table[Int(code)].insert(name) }
            }
        }
        return table
    }

    /// The classes that every character has or lacks.
    static func general(_ code: UInt32) -> MojibakeClasses {
        var classes: MojibakeClasses = []
        switch code {
        case 0x61...0x7A: classes = [.lowerASCII]
        case 0x41...0x5A: classes = [.upperASCII]
        default: classes = [.notLetterASCII]
        }
        if code != 0x0A { classes.insert(.notLineFeed) }
        if ScalarClasses.isPythonSpace(code) { classes.insert(.space) }
        let kind = ScalarClasses.kind(code)
        if kind == .letter || kind == .number || code == 0x5F { classes.insert(.word) }
        return classes
    }
}

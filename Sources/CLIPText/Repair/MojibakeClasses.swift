/// Classes of the few hundred characters that UTF-8 turns into when it is read in a single-byte encoding.
struct MojibakeClasses: OptionSet, Sendable {
    let rawValue: UInt32

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

    static let accented: Self = [.lowerAccented, .upperAccented]
    static let letterASCII: Self = [.lowerASCII, .upperASCII]
    static let endings: Self = [.startPunctuation, .endPunctuation]

    static func of(_ code: UInt32) -> MojibakeClasses {
        code < 0x10000 ? table[Int(code)] : []
    }

    private static let table: [MojibakeClasses] = {
        var table = [MojibakeClasses](repeating: [], count: 0x10000)
        for (name, list) in members {
            for range in CodePointList.ranges(list) {
                for code in range { table[Int(code)].insert(name) }
            }
        }
        for code in 0x61...0x7A { table[code].insert(.lowerASCII) }
        for code in 0x41...0x5A { table[code].insert(.upperASCII) }
        return table
    }()
}

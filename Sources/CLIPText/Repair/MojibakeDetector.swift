/// Tells whether a text looks like UTF-8 that was read in another encoding.
///
/// The sequences are those of ftfy's `badness` heuristic: neighbours that intended text hardly ever has.
enum MojibakeDetector {
    static func isSuspicious(_ codes: [UInt32]) -> Bool {
        // Each pattern has a character beyond ASCII.
        guard let first = codes.firstIndex(where: { $0 >= 0x80 }) else { return false }
        if codes.count > 1, codes[0] == 0xC2 || codes[0] == 0xC3, codes[1] == 0x20 { return true }
        // At most two ASCII characters stand before the first other one in a pattern.
        let rules = MojibakeRules.shared
        return rules.matchAnywhere(rules.classes(of: codes), from: max(0, first - 2))
    }

    /// Every pattern.
    static let patterns = general + particular

    private typealias Place = MojibakePattern.Place

    private static let notable: MojibakeClasses = [
        .lowerAccented, .upperAccented, .box, .startPunctuation, .endPunctuation, .currency, .numeric, .law,
    ]
    /// Unlikely neighbours by class.
    private static let general: [MojibakePattern] = [
        MojibakePattern(Place(.c1)),
        MojibakePattern(Place(notable.union(.bad)), Place(.bad)),
        MojibakePattern(Place(.letterASCII), Place([.lowerCommon, .upperCommon]), Place(.bad)),
        MojibakePattern(Place(.bad), Place(notable)),
        MojibakePattern(
            Place([.lowerAccented, .lowerCommon, .box, .endPunctuation, .currency, .numeric]),
            Place(.upperAccented)
        ),
        MojibakePattern(Place([.box, .endPunctuation, .currency, .numeric]), Place(.lowerAccented)),
        MojibakePattern(Place([.lowerAccented, .box, .endPunctuation]), Place(.currency)),
        MojibakePattern(Place(.space), Place(.upperAccented), Place(.currency)),
        MojibakePattern(Place([.upperAccented, .box]), Place([.numeric, .law])),
        MojibakePattern(
            Place([.lowerAccented, .upperAccented, .box, .currency, .endPunctuation]),
            Place(.startPunctuation),
            Place(.numeric)
        ),
        MojibakePattern(
            Place([.lowerAccented, .upperAccented, .currency, .numeric, .box, .law]),
            Place(.endPunctuation),
            Place(.startPunctuation)
        ),
        MojibakePattern(Place([.currency, .numeric, .box]), Place(.startPunctuation)),
        MojibakePattern(Place(.lowerASCII), Place(.upperAccented), Place([.startPunctuation, .currency])),
        MojibakePattern(Place(.box), Place(.kaomoji)),
        MojibakePattern(
            Place([
                .lowerAccented, .upperAccented, .currency, .numeric, .startPunctuation, .endPunctuation, .law,
            ]),
            Place(.box)
        ),
        MojibakePattern(Place(.box), Place(.endPunctuation)),
        MojibakePattern(Place(.accented), Place(.endings), Place(.word)),
        MojibakePattern(Place("\u{152}\u{153}"), Place(.notLetterASCII)),
        MojibakePattern(Place(.upperAccented), Place("\u{B0}")),
    ]

    private static let arabicTail = Place(
        [.common, .currency, .bad, .numeric, .startPunctuation],
        "\u{178}\u{160}\u{AE}\u{B0}\u{B5}\u{BB}"
    )
    private static let cyrillicMiddle = Place(
        [.c1, .bad, .startPunctuation, .endPunctuation, .currency],
        "\u{B0}\u{B5}"
    )
    private static let greekMiddle = Place(
        [.c1, .bad, .startPunctuation, .endPunctuation, .currency],
        "\u{B0}"
    )
    private static let cyrillicLead = Place("\u{412}\u{413}\u{420}\u{421}")
    private static let greekLead = Place("\u{392}\u{393}\u{39E}\u{39F}")
    private static let capitalA = Place("\u{C3}\u{C2}")

    /// What frequent characters turn into in one encoding.
    private static let particular: [MojibakePattern] = [
        // Windows-1252
        MojibakePattern(
            Place("\u{C2}\u{C3}\u{CE}\u{D0}"),
            Place(
                .endings,
                "\u{20AC}\u{153}\u{160}\u{161}\u{A2}\u{A3}\u{178}\u{17E}\u{A0}\u{AD}\u{AE}\u{A9}\u{B0}\u{B7}\u{BB}"
                    + "\u{2013}\u{2014}\u{B4}"
            )
        ),
        MojibakePattern(Place("\u{D7}"), Place("\u{B2}\u{B3}")),
        MojibakePattern(Place("\u{D8}\u{D9}"), arabicTail, Place("\u{D8}\u{D9}"), arabicTail),
        MojibakePattern(Place("\u{E0}"), Place("\u{B2}\u{B5}\u{B9}\u{BC}\u{BD}\u{BE}")),
        MojibakePattern(Place("\u{C3}"), Place("\u{A0}\u{A1}")),
        MojibakePattern(Place(.lowerASCII), Place(.space), capitalA, Place(" ")),
        MojibakePattern(Place(.lowerASCII), capitalA, Place(" ")),
        MojibakePattern(
            Place([.lowerASCII, .endPunctuation], ".,?!"),
            Place("\u{C2}"),
            Place(.endings, " ")
        ),
        // MacRoman
        MojibakePattern(
            Place("\u{221A}"),
            Place("\u{B1}\u{2202}\u{2020}\u{2260}\u{AE}\u{2122}\u{B4}\u{2264}\u{2265}\u{A5}\u{B5}\u{F8}")
        ),
        MojibakePattern(Place("\u{2248}"), Place("\u{B0}\u{A2}")),
        MojibakePattern(
            Place("\u{201A}"),
            Place("\u{C4}"),
            Place("\u{EC}\u{EE}\u{EF}\u{F2}\u{F4}\u{FA}\u{F9}\u{FB}\u{2020}\u{B0}\u{A2}\u{3C0}")
        ),
        MojibakePattern(Place("\u{201A}"), Place("\u{E2}\u{F3}"), Place("\u{E0}\u{E4}\u{B0}\u{EA}")),
        // Windows-1251
        MojibakePattern("\u{432}\u{402}"),
        MojibakePattern(cyrillicLead, cyrillicMiddle, cyrillicLead),
        MojibakePattern(
            Place("\u{413}"),
            Place("\u{45E}"),
            Place("\u{412}"),
            Place("\u{402}"),
            Place("\u{412}"),
            Place(.notLineFeed),
            Place(.letterASCII, " ")
        ),
        // Windows-1253
        MojibakePattern(
            Place("\u{3B2}"),
            Place("\u{20AC}"),
            Place("\u{2122}\u{A0}\u{386}\u{AD}\u{AE}\u{B0}")
        ),
        MojibakePattern(greekLead, greekMiddle, greekLead),
        // Windows-1257
        MojibakePattern("\u{101}\u{20AC}"),
    ]
}

import Testing

@testable import CLIPText

@Suite struct CaptionWordsTests {
    @Test(
        arguments: [
            ("", []), (" \n\t ", []), ("a  red\tball", ["a", "red", "ball"]),
            ("Don't stop!", ["Do", "n't", "stop", "!"]), ("CAN’T", ["CA", "N’T"]),
            (
                "she'll it's I'm they've we're he'd",
                [
                    "she", "'ll", "it", "'s", "I", "'m", "they", "'ve", "we", "'re", "he", "'d",
                ]
            ),
            ("the dogs' 'old' t-shirt", ["the", "dogs", "'", "'", "old", "'", "t-shirt"]),
            ("at 10:30, $3,500.50 (1/2)...", ["at", "10:30", ",", "$", "3,500.50", "(", "1/2", ")", "..."]),
            ("black/white,red", ["black", "/", "white", ",", "red"]), ("n't", ["n't"]),
            ("“naïve” cafe\u{301}", ["“", "naïve", "”", "cafe\u{301}"]), ("R&D a@b.org", ["R&D", "a@b.org"]),
            ("日本語 😀😀 Ελλάδα", ["日本語", "😀😀", "Ελλάδα"]), ("-- a -b", ["--", "a", "-", "b"]),
            ("I ❤️ cats", ["I", "❤️", "cats"]),
            ("cats☀️.\u{FE0F} \u{301}a", ["cats", "☀️", ".\u{FE0F}", "\u{301}", "a"]),
            ("Tom &amp; Jerry&#39;s &amp;quot;", ["Tom", "&", "Jerry", "'s", "\""]),
        ] as [(String, [String])]
    )
    func textsAreDivided(text: String, expected: [String]) {
        let words = CaptionWords(text)
        #expect(words.words.indices.map { words.text(of: [$0]) } == expected)
    }

    @Test func marksAreTold() {
        #expect(
            CaptionWords("a, b!! 5 'n").words.map(\.isMark) == [false, true, false, true, false, true, false]
        )
        #expect(CaptionWords("I ❤️ cats").words.map(\.isMark) == [false, true, false])
    }

    @Test func keptWordsAreJoined() {
        let words = CaptionWords("She  can't see: the\tred-hot t-shirt's tag")
        #expect(words.text(of: words.words.indices) == "She can't see: the red-hot t-shirt's tag")
        #expect(words.text(of: [0, 3, 7]) == "She see t-shirt")
        #expect(words.text(of: [1, 3, 8]) == "ca see 's")
        #expect(words.text(of: []) == "")
    }

    @Test(
        arguments: [
            ("", false), ("123 !? 😀", false), ("a photo", false), ("Größe Żółć ﬁn Ａ", false),
            ("日本語の文", true), ("Это кошка", true), ("κόσμος", true), ("قطة", true), ("a 日本", true),
            ("ab 日本", false), ("photo of 東京", false),
        ]
    )
    func scriptsAreTold(text: String, isForeign: Bool) {
        #expect(LetterScript.isMostlyForeign(CaptionWords(text).codes) == isForeign)
    }
}

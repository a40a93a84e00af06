import Foundation
import Testing

@testable import CLIPText

@Suite struct ByteLevelStepTests {
    private func splitter(_ step: Any) throws -> PieceSplitter {
        let data = try JSONSerialization.data(withJSONObject: ["pre_tokenizer": step])
        return try ByteLevelPipeline(TokenizerEntry(contentsOf: data, file: URL(filePath: "/t.json")))
            .splitter
    }

    private func pieces(_ text: String, _ splitter: PieceSplitter) -> [String] {
        var pieces: [String] = []
        var text = text
        text.withUTF8 { bytes in
            _ = splitter.split(bytes) { piece in
                pieces.append(
                    String(String.UnicodeScalarView(piece.map { ByteAlphabet.characters[Int($0)] }))
                )
                return true
            }
        }
        return pieces
    }

    /// Behaviours of Split, Digits and the prefixed space, against what `tokenizers` makes.
    @Test func stepsCutAsThoseOfTokenizers() throws {
        let data = try Data(contentsOf: ByteLevelFixture.url("pieces"))
        let cases = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        #expect(cases.count > 60)
        for entry in cases {
            let step = try #require(entry["step"])
            let text = try #require(entry["text"] as? String)
            #expect(
                try pieces(text, splitter(step)) == entry["pieces"] as? [String],
                "\(text.debugDescription) by \(step)"
            )
        }
    }

    /// The three expressions that are scanned cut as the engine for all others does.
    @Test(arguments: [WordPattern.gpt2, .numbered(digits: 3), .numbered(digits: 1)])
    func scannersEqualTheGeneralEngine(pattern: WordPattern) throws {
        let scanned = PieceSplitter(steps: [.scan(pattern)])
        let general = PieceSplitter(steps: [
            .split(
                .expression(try SplitExpression(pattern.expression)),
                .isolated,
                isInverted: false
            )
        ])
        var texts = try ByteLevelFixture.entries().map(\.text)
        // Every character of Unicode in some surroundings.
        var text = ""
        for code in UInt32(0)..<0x110000 {
            guard let scalar = Unicode.Scalar(code) else { continue }
            let isOfARun =
                (0x3500..<0x4D00).contains(code) || (0x4F00..<0x9F00).contains(code)
                || (0xAD00..<0xD700).contains(code) || (0x17100..<0x18C00).contains(code) || code >= 0x20100
            if isOfARun, code % 64 != 0 { continue }
            text.unicodeScalars.append(contentsOf: "a\(scalar)1  \(scalar)'\(scalar)\n".unicodeScalars)
            if code % 64 == 0 {
                texts.append(text)
                text = ""
            }
        }
        var generator = SplitMix(state: 9)
        let parts = [
            "'", "s", "S", "ſ", "ll", "L", "VE", " ", "  ", "\n", "\r", "\t", "\u{3000}", "1", "½", "é", "_",
            "(", "\u{301}",
        ]
        for _ in 0..<2000 {
            texts.append(
                (0..<9).map { _ in parts[Int.random(in: 0..<parts.count, using: &generator)] }.joined()
            )
        }
        for text in texts {
            #expect(pieces(text, scanned) == pieces(text, general), "\(text.prefix(80).debugDescription)")
        }
    }

    @Test func expressionsAreKnownByTheirSpelling() throws {
        func isScanned(_ expression: String, _ behavior: String = "Isolated") throws -> Bool {
            let split: [String: Any] = [
                "type": "Split", "pattern": ["Regex": expression], "behavior": behavior, "invert": false,
            ]
            let last: [String: Any] = ["type": "ByteLevel", "use_regex": false]
            let steps = try splitter(["type": "Sequence", "pretokenizers": [split, last]]).steps
            if case .scan = steps[0] { return true } else { return false }
        }
        for pattern in [WordPattern.gpt2, .numbered(digits: 3), .numbered(digits: 1)] {
            #expect(try isScanned(pattern.expression))
            #expect(try !isScanned("(?:\(pattern.expression))"))
            #expect(try !isScanned(pattern.expression, "Removed"))
        }
    }

    /// What the engines understand differently is written out; all else stays.
    @Test func expressionsAreWrittenOutForTheEngine() {
        for pattern in [WordPattern.gpt2, .numbered(digits: 3), .numbered(digits: 1)] {
            #expect(SplitExpression.translated(pattern.expression) == pattern.expression)
        }
        for (source, expected) in [
            (#"\\h\h"#, #"\\h[0-9a-fA-F]"#), ("(?mi-x:a)(?m)", "(?si-x:a)(?s)"), ("(?=m)(?:m)", "(?=m)(?:m)"),
            ("(?<m>a)", "(?<m>a)"), ("[[:punct:]a]", #"[[\p{P}\p{S}]a]"#), ("\\", "\\"), ("", ""),
        ] {
            #expect(SplitExpression.translated(source) == expected)
        }
    }

    @Test func formCIsUnicodes() throws {
        let pipeline = ByteLevelPipeline(composes: true, splitter: PieceSplitter(steps: []))
        for (text, expected) in [
            ("cafe\u{301}", "caf\u{E9}"), ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"), ("\u{212B}", "\u{C5}"),
            ("\u{958}", "\u{915}\u{93C}"), ("a\u{307}\u{323}", "\u{1EA1}\u{307}"),
        ] {
            var text = text
            let normalized = text.withUTF8 { pipeline.normalized($0) }
            #expect(normalized == Array(expected.utf8))
        }
        for text in ["cafe", "caf\u{E9}", "日本語", "\u{301}", ""] {
            var text = text
            #expect(text.withUTF8 { pipeline.normalized($0) } == nil)
        }
    }
}

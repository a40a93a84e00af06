import Foundation

/// A regular expression as `tokenizers` means it, which takes Oniguruma, run by `NSRegularExpression`.
struct SplitExpression: Sendable {
    /// The expression as the file spells it.
    let source: String
    private let engine: NSRegularExpression

    /// Compiles an expression.
    ///
    /// - Throws: What `NSRegularExpression` throws.
    init(_ source: String) throws {
        self.source = source
        engine = try NSRegularExpression(
            pattern: Self.translated(source),
            // In Oniguruma `^` and `$` stand at every line, and only U+000A ends one.
            options: [.anchorsMatchLines, .useUnixLineSeparators]
        )
    }

    /// What the expression matches in a text.
    func matches(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        let text = String(decoding: bytes, as: UTF8.self)
        let found = engine.matches(in: text, range: NSRange(location: 0, length: text.utf16.count))
        var (place, unit) = (0, 0)
        // Places in UTF-16 become places in UTF-8 on the way through the text.
        func byte(_ wanted: Int) -> Int {
            while unit < wanted {
                let (code, length) = UTF8Bytes.scalar(bytes, at: place)
                place += length
                unit += code < 0x10000 ? 1 : 2
            }
            return place
        }
        return found.map { match in
            let start = byte(match.range.location)
            return start..<byte(match.range.location + match.range.length)
        }
    }

    /// The expression with what the two engines understand differently written out. Sets may stand in sets.
    static func translated(_ source: String) -> String {
        var (result, rest, depth) = ("", Substring(source), 0)
        while let character = rest.first {
            if character == "\\" {
                let pair = String(rest.prefix(2))
                result += (depth > 0 ? inBrackets[pair] : outside[pair]) ?? pair
                rest = rest.dropFirst(2)
            } else if depth > 0, let (name, set) = named.first(where: { rest.hasPrefix($0.0) }) {
                result += set
                rest = rest.dropFirst(name.count)
            } else if depth == 0, rest.hasPrefix("(?") {
                // The option for dots that match line ends.
                let options = rest.dropFirst(2).prefix { "imx-".contains($0) }
                let end = rest.dropFirst(2 + options.count).first
                let isOption = end == ":" || end == ")"
                result += "(?" + (isOption ? options.map { $0 == "m" ? "s" : String($0) }.joined() : "")
                rest = rest.dropFirst(2 + (isOption ? options.count : 0))
            } else {
                if character == "[" { depth += 1 }
                if character == "]", depth > 0 { depth -= 1 }
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// Joiners are no parts of words there.
    private static let word = #"\w--[\u200C\u200D]"#
    /// Outside of brackets, six numbers of Latin-1 are.
    private static let bareWord = #"[\w\u00B2\u00B3\u00B9\u00BC-\u00BE]--[\u200C\u200D]"#
    private static let inBrackets = [
        #"\h"#: "[0-9a-fA-F]", #"\H"#: "[^0-9a-fA-F]", #"\w"#: "[\(word)]", #"\W"#: "[^[\(word)]]",
    ]
    private static let outside = inBrackets.merging(
        [#"\w"#: "[\(bareWord)]", #"\W"#: "[^[\(bareWord)]]"]
    ) { $1 }
    private static let named = [
        ("[:punct:]", #"[\p{P}\p{S}]"#), ("[:^punct:]", #"[^\p{P}\p{S}]"#), ("[:word:]", "[\(word)]"),
        ("[:^word:]", "[^[\(word)]]"),
    ]
}

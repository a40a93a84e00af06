/// Shell-like brace patterns: `{00..12}`, `{a,b}`, nested, with zero padding and steps.
enum BracePattern {
    /// A pattern may not expand to more names than this.
    static let limit = 1_000_000

    /// Every name that a pattern stands for, in order; a text without a complete group stands for itself.
    static func expand(_ pattern: String) throws(ShardError) -> [String] {
        try expand(Substring(pattern), of: pattern)
    }

    /// Whether an opening brace has no closing one.
    static func isUnclosed(_ pattern: String) -> Bool {
        var depth = 0
        for character in pattern {
            if character == "{" { depth += 1 }
            if character == "}" { depth = max(0, depth - 1) }
        }
        return depth > 0
    }

    private static func expand(_ text: Substring, of pattern: String) throws(ShardError) -> [String] {
        guard let group = firstGroup(in: text) else { return [String(text)] }
        let head = String(text[..<group.lowerBound])
        let body = text[text.index(after: group.lowerBound)..<text.index(before: group.upperBound)]
        let tails = try expand(text[group.upperBound...], of: pattern)
        var middles: [String] = []
        if let range = try sequence(body, of: pattern) {
            middles = range
        } else {
            let parts = splitAtTopLevel(body)
            if parts.count == 1 {
                // A group without comma or range is literal, as in a shell.
                middles = try expand(body, of: pattern).map { "{\($0)}" }
            } else {
                for part in parts { middles += try expand(part, of: pattern) }
            }
        }
        guard middles.count.multipliedReportingOverflow(by: tails.count).partialValue <= limit,
            middles.count <= limit
        else { throw .patternTooLarge(pattern: pattern, limit: limit) }
        return middles.flatMap { middle in tails.map { head + middle + $0 } }
    }

    /// The first balanced `{…}`, braces included.
    private static func firstGroup(in text: Substring) -> Range<Substring.Index>? {
        var open: [Substring.Index] = []
        var best: Range<Substring.Index>?
        for index in text.indices {
            if text[index] == "{" {
                open.append(index)
            } else if text[index] == "}", let start = open.popLast() {
                let group = start..<text.index(after: index)
                if open.isEmpty { return group }
                if best.map({ start < $0.lowerBound }) ?? true { best = group }
            }
        }
        // An unclosed outer brace is literal; the first closed one inside it counts.
        return best
    }

    private static func splitAtTopLevel(_ body: Substring) -> [Substring] {
        var parts: [Substring] = []
        var start = body.startIndex
        var depth = 0
        for index in body.indices {
            switch body[index] {
            case "{": depth += 1
            case "}": depth -= 1
            case "," where depth == 0:
                parts.append(body[start..<index])
                start = body.index(after: index)
            default: break
            }
        }
        parts.append(body[start...])
        return parts
    }

    /// `first..last` or `first..last..step` with numbers, padded to the wider zero-padded end.
    private static func sequence(_ body: Substring, of pattern: String) throws(ShardError) -> [String]? {
        let ends = body.split(separator: "..", omittingEmptySubsequences: false)
        guard ends.count == 2 || ends.count == 3, let first = Int(ends[0]), let last = Int(ends[1]),
            let given = ends.count == 3 ? Int(ends[2]) : 1, given != 0, given != .min
        else { return nil }
        let (distance, overflow) = last.subtractingReportingOverflow(first)
        guard !overflow, distance != .min, abs(distance) / abs(given) < limit else {
            throw .patternTooLarge(pattern: pattern, limit: limit)
        }
        let padded = ends[..<2].contains { end in
            let digits = end.drop { $0 == "-" || $0 == "+" }
            return digits.count > 1 && digits.first == "0"
        }
        let width = padded ? max(ends[0].count, ends[1].count) : 0
        let step = distance < 0 ? -abs(given) : abs(given)
        return stride(from: first, through: last, by: step).map { number in
            let digits = String(number.magnitude)
            let sign = number < 0 ? "-" : ""
            return sign + String(repeating: "0", count: max(0, width - digits.count - sign.count)) + digits
        }
    }
}

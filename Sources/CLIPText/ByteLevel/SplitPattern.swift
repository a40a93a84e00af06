/// What the step Split looks for.
enum SplitPattern: Sendable {
    /// A text as it stands.
    case text(String)
    /// An expression.
    case expression(SplitExpression)

    /// A part of a text, and whether it was looked for.
    typealias Part = (range: Range<Int>, isMatch: Bool)

    /// The parts of a text, which follow one another without gaps.
    func parts(of bytes: UnsafeBufferPointer<UInt8>) -> [Part] {
        var parts: [Part] = []
        var end = 0
        for match in matches(in: bytes) {
            if end < match.lowerBound { parts.append((end..<match.lowerBound, false)) }
            parts.append((match, true))
            end = match.upperBound
        }
        if end < bytes.count { parts.append((end..<bytes.count, false)) }
        return parts
    }

    private func matches(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        switch self {
        case .text(let text):
            let wanted = Array(text.utf8)
            var (matches, place): ([Range<Int>], Int) = ([], 0)
            while place + wanted.count <= bytes.count {
                if bytes[place..<place + wanted.count].elementsEqual(wanted) {
                    matches.append(place..<place + wanted.count)
                    place += wanted.count
                } else {
                    place += 1
                }
            }
            return matches
        case .expression(let expression): return expression.matches(in: bytes)
        }
    }
}

/// What the step Split makes of what it found.
enum SplitBehavior: String, Sendable, CaseIterable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"

    /// The pieces that are left of the parts of a text.
    func pieces(of parts: [SplitPattern.Part]) -> [Range<Int>] {
        switch self {
        case .isolated: return parts.map(\.range)
        case .removed: return parts.filter { !$0.isMatch }.map(\.range)
        case .contiguous: return joined(parts) { $0 == $1 }
        case .mergedWithPrevious: return joined(parts) { !$0 && $1 }
        case .mergedWithNext:
            // The same from the end, and then back.
            return joined(parts.reversed()) { !$0 && $1 }.reversed()
        }
    }

    /// Joins a part to the one before it where `joins(whether that was a match, whether this is one)`.
    private func joined(_ parts: [SplitPattern.Part], where joins: (Bool, Bool) -> Bool) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var previous = false
        for part in parts {
            if joins(previous, part.isMatch), let last = pieces.last {
                let (start, end) = (last.lowerBound, last.upperBound)
                pieces[pieces.count - 1] = min(start, part.range.lowerBound)..<max(end, part.range.upperBound)
            } else {
                pieces.append(part.range)
            }
            previous = part.isMatch
        }
        return pieces
    }
}

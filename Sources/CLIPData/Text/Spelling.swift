/// Finds what a person probably meant.
public enum Spelling {
    /// Longer names are no slips of the pen, and comparing them would take long.
    private static let longest = 128

    /// The candidate nearest to a misspelt word, the first of several; nil where none is near.
    ///
    /// Case, `_` and `-` do not count, so that `learning_rate` finds `learningRate`. Near is what differs in a third of
    /// the letters at most, or in one letter of a short word, but not in all. Words of more than 128 bytes have no
    /// neighbours.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        guard word.utf8.count <= longest else { return nil }
        let plainWord = plain(word)
        let limit = min(max(1, plainWord.count / 3), plainWord.count - 1)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates where candidate.utf8.count <= longest {
            let plainCandidate = plain(candidate)
            guard abs(plainCandidate.count - plainWord.count) <= limit else { continue }
            let distance = distance(plainWord, plainCandidate)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// Whether two words differ at most in case, `_` and `-`.
    public static func isSame(_ first: String, _ second: String) -> Bool { plain(first) == plain(second) }

    /// Edits that turn one word into another: insert, delete, replace, swap neighbours.
    public static func distance(_ first: [Character], _ second: [Character]) -> Int {
        var beforeLast = [Int](), last = Array(0...second.count)
        for i in first.indices {
            var row = [i + 1]
            for j in second.indices {
                let change = last[j] + (first[i] == second[j] ? 0 : 1)
                var best = min(change, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            (beforeLast, last) = (last, row)
        }
        return last[second.count]
    }

    private static func plain(_ word: String) -> [Character] {
        word.lowercased().filter { $0 != "_" && $0 != "-" }
    }
}

/// Finds what a person probably meant.
enum Spelling {
    /// The candidate nearest to a misspelt word, or nil where none is near.
    ///
    /// Case, `_` and `-` do not count, so that `learning_rate` finds `learningRate`.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let plainWord = plain(word)
        let scored = candidates.map { (candidate: $0, distance: distance(plainWord, plain($0))) }
        guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, plainWord.count / 3) ? best.candidate : nil
    }

    /// Whether two words differ at most in case, `_` and `-`.
    static func isSame(_ first: String, _ second: String) -> Bool { plain(first) == plain(second) }

    /// Edits that turn one word into another: insert, delete, replace, swap neighbours.
    static func distance(_ first: [Character], _ second: [Character]) -> Int {
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

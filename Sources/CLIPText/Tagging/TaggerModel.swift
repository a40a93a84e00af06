/// An averaged perceptron that tags words from left to right (features of Honnibal, 2013).
///
/// Features of a word are found by number, not by name: those of the word itself lie side by side, those with tags in
/// tables.
final class TaggerModel: Sendable {
    /// The tags in ascending order, which decides between equal scores.
    let tags: [String]

    private let rows: TaggerRows
    private let numbers: [[UInt32]: Int32]
    private let known: [WordRows]
    private let affixes: TaggerAffixes
    private let shapes: [Int32]
    private let bias: Int32
    /// Rows of the last tag, the one before, and both; the tag after the last stands for the start of a text.
    private let last1, last2, lastPair: [Int32]
    private let lastAndWord: [UInt64: Int32]
    private let start, end: WordRows

    init(_ file: TaggerFile) {
        var builder = TaggerBuilder(file)
        for (feature, row) in file.weights { builder.add(feature, row) }
        (tags, rows, affixes) = (builder.tags, builder.rows, builder.affixes)
        (numbers, known) = (builder.numbers, builder.completedWords())
        (shapes, bias) = (builder.shapes, builder.bias)
        (last1, last2, lastPair, lastAndWord) =
            (builder.last1, builder.last2, builder.lastPair, builder.lastAndWord)
        start = numbers[TaggerBuilder.start].map { [known] in known[Int($0)] } ?? WordRows()
        end = numbers[TaggerBuilder.end].map { [known] in known[Int($0)] } ?? WordRows()
    }

    /// Looks a word up.
    func word(_ codes: ArraySlice<UInt32>) -> TaggerWord {
        let lower = Lowercase.apply(Array(codes))
        let shape = shapes[TaggerShape.number(of: codes)]
        guard let number = numbers[lower] else {
            var rows = WordRows()
            affixes.fill(&rows, of: lower)
            return TaggerWord(lower: lower, number: -1, rows: rows, shape: shape)
        }
        return TaggerWord(lower: lower, number: number, rows: known[Int(number)], shape: shape)
    }

    /// The number of each word's tag.
    func tags(of words: [TaggerWord]) -> [UInt8] {
        var found: [UInt8] = []
        found.reserveCapacity(words.count)
        var scores = [Double](repeating: 0, count: tags.count)
        var (last, before) = (UInt8(tags.count), UInt8(tags.count))
        for place in words.indices {
            let tag = words[place].rows.tag ?? best(place, words, last, before, &scores)
            found.append(tag)
            (last, before) = (tag, last)
        }
        return found
    }

    /// The tag of the highest score; sums go in one order, so that equal ones are equal to the bit.
    private func best(
        _ place: Int,
        _ words: [TaggerWord],
        _ last: UInt8,
        _ before: UInt8,
        _ scores: inout [Double]
    ) -> UInt8 {
        for tag in scores.indices { scores[tag] = 0 }
        let (word, count) = (words[place], tags.count + 1)
        for row in [
            bias, word.rows.suffix3, word.rows.suffix2, word.rows.suffix1, word.rows.prefix, word.shape,
            word.rows.word, last1[Int(last)], last2[Int(before)], lastPair[Int(last) * count + Int(before)],
            (place > 0 ? words[place - 1].rows : start).before1,
            (place > 1 ? words[place - 2].rows : start).before2,
            (place + 1 < words.count ? words[place + 1].rows : end).after1,
            (place + 2 < words.count ? words[place + 2].rows : end).after2,
        ] {
            rows.add(row, to: &scores)
        }
        if word.number >= 0, let row = lastAndWord[TaggerBuilder.key(last, word.number)] {
            rows.add(row, to: &scores)
        }
        var best = 0
        for tag in scores.indices where scores[tag] >= scores[best] { best = tag }
        return UInt8(best)
    }
}

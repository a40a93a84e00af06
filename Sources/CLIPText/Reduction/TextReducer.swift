/// Text to at most so many ids, of which a ``TextReduction`` says which stay.
///
/// ``TextTokenizer/frame`` always stays, and a text that has no more ids than the budget allows is tokenized as without
/// a reduction. A value may be used by any number of threads at once.
public struct TextReducer: Sendable {
    /// Makes the ids.
    public let tokenizer: any TextTokenizer
    /// Which of them stay.
    public let reduction: TextReduction
    /// Most ids of a text, the frame included.
    public let budget: Int
    /// Counts texts that the tagger cannot read.
    public let tally: TextReductionTally

    let tagger: PartOfSpeechTagger?
    let table: SyntaxTable?

    /// Ids, or words, besides the frame.
    var room: Int { budget - tokenizer.frameCount }

    /// Makes a reducer.
    ///
    /// - Parameters:
    ///   - budget: Most ids of a text, the frame included.
    ///   - tagger: What ``TextReduction/syntax`` and ``TextReduction/syntaxTable`` need; not used by others.
    ///   - tally: Counts texts that the tagger cannot read, over several reducers where they share it.
    /// - Throws: ``TextReductionError``.
    public init(
        _ tokenizer: any TextTokenizer,
        reduction: TextReduction,
        budget: Int,
        tagger: PartOfSpeechTagger? = nil,
        tally: TextReductionTally = TextReductionTally()
    ) throws(TextReductionError) {
        let least = tokenizer.frameCount + 1
        guard budget >= least else { throw .budget(found: budget, least: least) }
        if reduction.needsTagger, tagger == nil { throw .noTagger(reduction) }
        self.tokenizer = tokenizer
        self.reduction = reduction
        self.budget = budget
        self.tally = tally
        self.tagger = tagger
        table = reduction == .syntaxTable ? tagger.map { SyntaxTable(of: tokenizer, tagger: $0) } : nil
    }

    /// The ids of a text with their frame, at most ``budget``; not padded.
    ///
    /// - Parameter random: Decides what stays for ``TextReduction/random``, ``TextReduction/shuffle`` and
    ///   ``TextReduction/block``; not used by others, and not for a text that is short enough.
    public func tokens(_ text: String, using random: inout some RandomNumberGenerator) -> [Int32] {
        switch reduction {
        case .truncate: plain(text)
        case .random, .shuffle, .block: drawn(tokenizer.encode(text), using: &random)
        case .syntax: bySyntax(text)
        case .syntaxTable: byTable(text)
        }
    }

    private func plain(_ text: String) -> [Int32] { tokenizer.tokens(text, contextLength: budget) }

    private func drawn(_ ids: [Int32], using random: inout some RandomNumberGenerator) -> [Int32] {
        guard ids.count > room else { return tokenizer.framed(ids) }
        if reduction == .block {
            let start = random.place(below: ids.count - room + 1)
            return tokenizer.framed(ids[start..<start + room])
        }
        let places = random.places(room, below: ids.count)
        return tokenizer.framed((reduction == .random ? places.sorted() : places).map { ids[$0] })
    }

    /// Keeps words of the text, and cuts what they become: a word may be several ids.
    private func bySyntax(_ text: String) -> [Int32] {
        let ids = tokenizer.encode(text)
        guard let tagger, ids.count > room else { return tokenizer.framed(ids.prefix(room)) }
        let words = CaptionWords(text)
        guard words.words.count > room, tally.canRead(words) else {
            return tokenizer.framed(ids.prefix(room))
        }
        return plain(words.text(of: WordPriority.places(of: tagger.priorities(of: words), keeping: room)))
    }

    /// Keeps words by their first id, and cuts likewise.
    private func byTable(_ text: String) -> [Int32] {
        let ids = tokenizer.encode(text)
        guard let table, ids.count > room else { return tokenizer.framed(ids.prefix(room)) }
        let words = tokenizer.words(in: ids)
        guard words.count > room, tally.canRead(CaptionWords(text)) else {
            return tokenizer.framed(ids.prefix(room))
        }
        let priorities = words.map { table.priority(of: ids[$0.lowerBound]) }
        let kept = WordPriority.places(of: priorities, keeping: room).flatMap { ids[words[$0]] }
        return tokenizer.framed(kept.prefix(room))
    }
}

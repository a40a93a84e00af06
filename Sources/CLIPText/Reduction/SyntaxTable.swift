/// The priority of each entry of a vocabulary, tagged by itself: a text is then reduced without a tagger.
struct SyntaxTable: Sendable {
    private let priorities: [WordPriority]

    /// Tags all entries. One that is several words counts as its last one, one that is none as other words.
    init(of tokenizer: any TextTokenizer, tagger: PartOfSpeechTagger) {
        priorities = (0..<tokenizer.vocabularySize).map { id in
            tagger.priorities(of: CaptionWords(tokenizer.text(of: Int32(id)))).last ?? .other
        }
    }

    func priority(of id: Int32) -> WordPriority {
        priorities.indices.contains(Int(id)) ? priorities[Int(id)] : .other
    }
}

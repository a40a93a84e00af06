public import Foundation

/// Says which part of speech each word of an English text is, by universal tags: an averaged perceptron.
///
/// The weights are those of PyPI's denckring-en-pos, which `scripts/models tagger` fetches (trained on UD English-EWT,
/// CC-BY-SA-4.0; 93 % of the treebank's test words are tagged rightly, as its authors say). A value may be used by any
/// number of threads at once.
public struct PartOfSpeechTagger: Sendable {
    let model: TaggerModel
    /// For each tag the priority; nil where it depends on the word.
    private let priorities: [WordPriority?]

    /// Reads the weights from a JSON file.
    ///
    /// - Parameter file: nil for that of the asset folder.
    /// - Throws: ``AssetError``, ``TaggerError``.
    public init(contentsOf file: URL? = nil) throws {
        model = TaggerModel(try TaggerFile(contentsOf: file ?? AssetFolder.url(.tagger)))
        priorities = model.tags.map { WordPriority(ofTag: $0.universalTag) }
    }

    /// The tags of the words of one text as the model names them, as `VERB|Fin`.
    public func tags(of words: [String]) -> [String] {
        let words = words.map { model.word(ArraySlice($0.unicodeScalars.map(\.value))) }
        return model.tags(of: words).map { model.tags[Int($0)] }
    }

    /// The words of a text with tags and priorities; punctuation has the tag `PUNCT`.
    public func words(in text: String) -> [TaggedWord] {
        let words = CaptionWords(text)
        let tags = tags(of: words)
        return words.words.indices.map { place in
            TaggedWord(
                text: words.text(of: [place]),
                tag: tags[place].map { model.tags[Int($0.tag)].universalTag } ?? "PUNCT",
                priority: tags[place]?.priority ?? .other
            )
        }
    }

    /// Whether the tags of a text mean something: not more of its letters are of other scripts than of Latin ones.
    ///
    /// Texts that the tagger cannot read are truncated by ``TextReduction/syntax`` and ``TextReduction/syntaxTable``.
    public static func canRead(_ text: String) -> Bool {
        !LetterScript.isMostlyForeign(CaptionWords(text).codes)
    }

    func priorities(of words: CaptionWords) -> [WordPriority] {
        tags(of: words).map { $0?.priority ?? .other }
    }

    /// The tags of words; nil for punctuation, which the tagger never sees, as it was trained without them.
    private func tags(of words: CaptionWords) -> [(tag: UInt8, priority: WordPriority)?] {
        let looked = words.words.filter { !$0.isMark }.map { model.word(words.codes[$0.range]) }
        var found = zip(looked, model.tags(of: looked)).makeIterator()
        return words.words.map { word in
            guard !word.isMark, let (word, tag) = found.next() else { return nil }
            return (tag, priorities[Int(tag)] ?? WordPriority(ofAuxiliary: word.lower))
        }
    }
}

/// A word with its part of speech.
public struct TaggedWord: Equatable, Sendable {
    /// The word as it stands in the text.
    public var text: String
    /// The universal tag, as `NOUN`.
    public var tag: String
    /// How soon it is kept.
    public var priority: WordPriority
}

extension String {
    /// What stands in front of the form of a verb.
    fileprivate var universalTag: String { String(prefix { $0 != "|" }) }
}

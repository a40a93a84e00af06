public import Foundation

/// Why a tokenizer could not be made or could not decode.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
    /// The merges are not among the package's resources.
    case resourceMissing(name: String)
    /// The merges file could not be read.
    case unreadable(file: URL, reason: String)
    /// The merges file ends too early: lines found, lines needed.
    case tooFewMerges(file: URL, found: Int, needed: Int)
    /// A line of the merges file is not two known symbols.
    case badMerge(file: URL, line: Int, text: String)
    /// The list of word pieces could not be read.
    case unreadableVocabulary(file: URL, reason: String)
    /// The list of word pieces has other lines than were expected.
    case badVocabulary(file: URL, found: String, expected: String)
    /// A `tokenizer.json` could not be read.
    case unreadableTokenizer(file: URL, reason: String)
    /// A tokenizer's description has something else at a place than was expected; the file is empty for lists that were given.
    case badTokenizer(file: String, place: String, found: String, expected: String)
    /// A step of a tokenizer that is not known here, or a setting of one.
    case unsupportedStep(file: String, place: String, step: String, supported: [String])
    /// A GGUF file names a way to cut text that is not known here.
    case unknownPreset(name: String, known: [String])
    /// A token id that the vocabulary does not have.
    case unknownToken(id: Int32, vocabularySize: Int)

    /// What was found, where, what was expected and what to do.
    public var description: String {
        switch self {
        case .resourceMissing(let name):
            "the tokenizer's merges file \(name) is not among the resources of CLIPText: "
                + "run ./scripts/setup in the package, then build again"
        case .unreadable(let file, let reason):
            "cannot read the tokenizer's merges from \(file.path): \(reason); "
                + "./scripts/setup puts bpe_simple_vocab_16e6.txt in place"
        case .tooFewMerges(let file, let found, let needed):
            "\(file.path) holds \(found) merges, but CLIP's vocabulary needs \(needed): "
                + "expected the unpacked bpe_simple_vocab_16e6.txt; run ./scripts/setup to fetch it again"
        case .badMerge(let file, let line, let text):
            "\(file.path):\(line): found \"\(text)\", expected two known symbols separated by a space: "
                + "expected the unpacked bpe_simple_vocab_16e6.txt; run ./scripts/setup to fetch it again"
        case .unreadableVocabulary(let file, let reason):
            "cannot read the tokenizer's vocabulary from \(file.path): \(reason); `scripts/models wordpiece` fetches it"
        case .badVocabulary(let file, let found, let expected):
            "\(file.path) has \(found), expected \(expected): it is not the vocabulary of BERT's uncased models, one word "
                + "piece per line; `scripts/models wordpiece` fetches it"
        case .unreadableTokenizer(let file, let reason):
            "cannot read the tokenizer \(file.path): \(reason); expected a tokenizer.json of Hugging Face's tokenizers"
        case .badTokenizer(let file, let place, let found, let expected):
            "\([file, place].filter { !$0.isEmpty }.joined(separator: ": ")) has \(found), expected \(expected)"
        case .unsupportedStep(let file, let place, let step, let supported):
            "\(file): \(place): \(step) is not supported, only \(supported.joined(separator: ", ")): "
                + "byte-level BPE tokenizers work, as those of Llama 3, Qwen2, SmolLM2 and GPT-2"
        case .unknownPreset(let name, let known):
            "tokenizer.ggml.pre is '\(name)', expected one of \(known.joined(separator: ", ")): only byte-level tokenizers "
                + "with these ways to cut text are supported; a directory with tokenizer.json says its own"
        case .unknownToken(let id, let vocabularySize):
            "token id \(id) is not in the vocabulary: expected 0 to \(vocabularySize - 1)"
        }
    }
}

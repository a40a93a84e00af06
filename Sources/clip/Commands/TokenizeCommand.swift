public import ArgumentParser
import CLIPData
public import CLIPText
import Foundation

struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Show the token ids and pieces of a text.",
        discussion: """
            The ids are those of CLIP's vocabulary, or of the model that --config or --checkpoint names, without start \
            and end tokens. --context adds them and cuts to that length. --budget shows what training gets with \
            tokens.text.budget; random reductions draw as for sample 0 in its first visit.

            EXAMPLE:
              clip tokenize "a photo of a cat"
              clip tokenize --json --context 77 "two dogs playing in the snow"
              clip tokenize --budget 8 --reduction random --seed 3 "An orange cat that is sitting on a ledge"
              clip tokenize --tags "An orange cat that is sitting on a ledge"
              clip tokenize --config ViT-L-14-CLIPA --context 32 "a photo of a cat"
            """
    )

    @Argument(help: "The text, or - for standard input. Several arguments are joined by spaces.")
    var text: [String]

    @Option(name: .long, help: "Add start and end tokens and cut to so many tokens.")
    var context: Int?

    @Option(name: .long, help: "Add start and end tokens and reduce the text to so many tokens.")
    var budget: Int?

    @Option(
        name: .long,
        help: "What stays within the budget: \(TextReduction.allValueStrings.joined(separator: ", "))."
    )
    var reduction: TextReduction = .truncate

    @Option(name: .long, help: "Seed of the draws of random, shuffle and block. (default: 0)")
    var seed: UInt64?

    @Flag(
        name: .long,
        help: "Show each word with its part of speech and its priority (1 is kept first)."
    )
    var tags = false

    @Option(
        name: .long,
        help: "The tagger's weights, in place of those that scripts/models fetches.",
        completion: .file()
    )
    var tagger: String?

    @Option(
        name: .long,
        help:
            "How CLIP's own tokenizer cleans the text first: \(TextCleaning.allValueStrings.joined(separator: ", ")). (default: lower)"
    )
    var cleaning: TextCleaning?

    @OptionGroup var model: TokenizerOptions

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let context, context < 2 { throw ValidationError("--context is \(context); expected 2 or more.") }
        if let budget, budget < 3 { throw ValidationError("--budget is \(budget); expected 3 or more.") }
        if budget != nil, context != nil {
            throw ValidationError(
                "--budget and --context both say how many tokens there may be; give one of them."
            )
        }
        if budget == nil, reduction != .truncate {
            throw ValidationError("--reduction \(reduction.rawValue) needs a --budget to reduce the text to.")
        }
        if seed != nil, !reduction.draws {
            throw ValidationError("--seed is for --reduction random, shuffle and block, which draw.")
        }
        if tagger != nil, !tags, !reduction.needsTagger {
            throw ValidationError("--tagger is for --tags and for --reduction syntax and syntaxTable.")
        }
        if cleaning != nil, model.config != nil || model.checkpoint != nil {
            throw ValidationError(
                "--cleaning is for CLIP's own tokenizer; a model says itself how its texts are cleaned."
            )
        }
    }

    func run() throws {
        let (tokenizer, contextLength): (any TextTokenizer, Int?) =
            try cleaning.map { (try CLIPTokenizer.bundled(cleaning: $0), nil) } ?? model.model()
        if let budget, let contextLength, budget > contextLength {
            throw ValidationError(
                "--budget is \(budget), and the model takes \(contextLength) tokens; give at most \(contextLength)."
            )
        }
        let line =
            try text == ["-"]
            ? TextLines(contentsOf: "-").lines.joined(separator: "\n") : text.joined(separator: " ")
        let needsTagger = tags || (budget != nil && reduction.needsTagger)
        let tagger =
            try needsTagger
            ? PartOfSpeechTagger(contentsOf: tagger.map { URL(fileURLWithPath: $0) }) : nil
        let ids = try ids(of: line, tokenizer, tagger)
        var listing = TokenListing(ids: ids, pieces: ids.map { tokenizer.piece($0) ?? "" })
        if tags { listing.words = tagger?.words(in: line).map(TokenListing.Word.init) }
        try output.present(listing) { listing.text }
    }

    private func ids(
        of line: String,
        _ tokenizer: any TextTokenizer,
        _ tagger: PartOfSpeechTagger?
    ) throws -> [Int32] {
        guard let budget else {
            return context.map { tokenizer.tokens(line, contextLength: $0) } ?? tokenizer.encode(line)
        }
        let reducer = try TextReducer(tokenizer, reduction: reduction, budget: budget, tagger: tagger)
        var random = CounterRandom(seed: seed ?? 0, purpose: .textMask).numbered(0)
        let ids = reducer.tokens(line, using: &random)
        if let notice = reducer.tally.notice() { Console.note(notice) }
        return ids
    }
}

/// The result of `clip tokenize`.
struct TokenListing: Encodable {
    struct Word: Encodable {
        var text: String
        var tag: String
        var priority: UInt8

        init(_ word: TaggedWord) { (text, tag, priority) = (word.text, word.tag, word.priority.rawValue) }
    }

    var ids: [Int32]
    var pieces: [String]
    var words: [Word]?

    /// A line for each token, and one for each word.
    var text: String {
        let tokens = TextTable(zip(ids, pieces).map { ["\($0)", $1] }).text
        guard let words else { return tokens }
        var table = TextTable()
        table.row("word", "tag", "priority")
        for word in words { table.row(word.text, word.tag, "\(word.priority)") }
        return tokens + "\n\n" + table.text
    }
}

extension TextCleaning: ExpressibleByArgument {}
extension TextReduction: ExpressibleByArgument {}

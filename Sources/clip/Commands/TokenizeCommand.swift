public import ArgumentParser
import CLIPData
public import CLIPText
import Foundation

struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Show the token ids and pieces of a text.",
        discussion: """
            The ids are those of CLIP's vocabulary, of the model that --config or --checkpoint names, or of --tokenizer, \
            without start and end tokens. --context adds them and cuts to that length. --budget shows what training gets with \
            tokens.text.budget; random reductions draw as for sample 0 in its first visit. --tags shows the words as the \
            reduction sees them; of text in other scripts, which the tagger does not read, it says so.

            EXAMPLE:
              clip tokenize "a photo of a cat"
              clip tokenize --json --context 77 "two dogs playing in the snow"
              clip tokenize --budget 8 --reduction random --seed 3 "An orange cat that is sitting on a ledge"
              clip tokenize --tags "An orange cat that is sitting on a ledge"
              clip tokenize --config ViT-L-14-CLIPA --context 32 "a photo of a cat"
              clip tokenize --tokenizer models/smollm2/tokenizer.json --lines captions.txt --json
            """
    )

    @Argument(help: "The text, or - for standard input. Several arguments are joined by spaces.")
    var text: [String] = []

    @Option(
        name: .long,
        help:
            "Show the ids of each line of a file, a line for each; in a .jsonl file each line is a text as JSON.",
        completion: .file()
    )
    var lines: String?

    @Option(name: .long, parsing: .unconditional, help: "Add start and end tokens and cut to so many tokens.")
    var context: Int?

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Add start and end tokens and reduce the text to so many tokens."
    )
    var budget: Int?

    @Option(
        name: .long,
        help: "What stays within the budget: \(TextReduction.allValueStrings.joined(separator: ", "))."
    )
    var reduction: TextReduction = .truncate

    @Option(
        name: .long,
        parsing: .unconditional,
        help: "Seed of the draws of random, shuffle and block, 0 or more. (default: 0)"
    )
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
        try checkInput()
        try TextLength.check("--context", context)
        try TextLength.check("--budget", budget)
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
        if cleaning != nil, model.isGiven {
            throw ValidationError(
                "--cleaning is for CLIP's own tokenizer; a model says itself how its texts are cleaned."
            )
        }
    }

    func run() throws {
        let (tokenizer, contextLength): (any TextTokenizer, Int?) =
            try cleaning.map { (try CLIPTokenizer.bundled(cleaning: $0), nil) } ?? model.model()
        try TextLength.check("--budget", budget, model: contextLength)
        try TextLength.check("--context", context, model: contextLength)
        if let lines { return try showLines(of: lines, tokenizer) }
        let line =
            try text == ["-"]
            ? TextLines(contentsOf: "-").lines.joined(separator: "\n") : text.joined(separator: " ")
        let needsTagger = tags || (budget != nil && reduction.needsTagger)
        let tagger =
            try needsTagger
            ? PartOfSpeechTagger(contentsOf: tagger.map { URL(fileURLWithPath: $0) }) : nil
        let reducer = try budget.map {
            try TextReducer(tokenizer, reduction: reduction, budget: $0, tagger: tagger)
        }
        var listing = TokenListing(ids(of: line, tokenizer, reducer), of: tokenizer)
        let isReadable = PartOfSpeechTagger.canRead(line)
        let isTruncated = reduction.needsTagger && !isReadable
        if budget != nil { listing.reduction = (isTruncated ? .truncate : reduction).rawValue }
        if tags, let tagger {
            let entries = isReadable ? reducer?.entryWords(in: line) : nil
            listing.show(entries ?? tagger.words(in: line), tagged: isReadable)
        } else if let budget, isTruncated, tokenizer.tokenCount(line) > budget {
            Console.note("note: \(TokenListing.unread); it is truncated")
        }
        try output.present(listing) { listing.text }
    }

    private func ids(of line: String, _ tokenizer: any TextTokenizer, _ reducer: TextReducer?) -> [Int32] {
        guard let reducer else {
            return context.map { tokenizer.tokens(line, contextLength: $0) } ?? tokenizer.encode(line)
        }
        var random = CounterRandom(seed: seed ?? 0, purpose: .textMask).numbered(0)
        return reducer.tokens(line, using: &random)
    }
}

extension TextCleaning: ExpressibleByArgument {}
extension TextReduction: ExpressibleByArgument {}

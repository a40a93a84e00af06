public import ArgumentParser
public import CLIPText

struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Show the token ids and pieces of a text.",
        discussion: """
            The ids are those of CLIP's vocabulary, or of the model that --config or --checkpoint names, without start \
            and end tokens. Give --context to see what a model gets: with start and end, cut to its length.

            EXAMPLE:
              clip tokenize "a photo of a cat"
              clip tokenize --json --context 77 "two dogs playing in the snow"
              clip tokenize --config ViT-L-14-CLIPA --context 32 "a photo of a cat"
            """
    )

    @Argument(help: "The text, or - for standard input. Several arguments are joined by blanks.")
    var text: [String]

    @Option(name: .long, help: "Add start and end tokens and cut to so many tokens.")
    var context: Int?

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
        if cleaning != nil, model.config != nil || model.checkpoint != nil {
            throw ValidationError(
                "--cleaning is for CLIP's own tokenizer; a model says itself how its texts are cleaned."
            )
        }
    }

    func run() throws {
        let tokenizer: any TextTokenizer =
            try cleaning.map { try CLIPTokenizer.bundled(cleaning: $0) } ?? model.model().tokenizer
        let line =
            try text == ["-"]
            ? TextLines(contentsOf: "-").lines.joined(separator: "\n") : text.joined(separator: " ")
        let ids = context.map { tokenizer.tokens(line, contextLength: $0) } ?? tokenizer.encode(line)
        let tokens = TokenListing(ids: ids, pieces: ids.map { tokenizer.piece($0) ?? "" })
        try output.present(tokens) {
            TextTable(zip(tokens.ids, tokens.pieces).map { ["\($0)", $1] }).text
        }
    }
}

/// The result of `clip tokenize`.
struct TokenListing: Encodable {
    var ids: [Int32]
    var pieces: [String]
}

extension TextCleaning: ExpressibleByArgument {}

import ArgumentParser
import CLIPText

extension TokenizeCommand {
    /// Refuses to have no text, or two.
    func checkInput() throws {
        guard lines != nil else {
            if text.isEmpty {
                throw ValidationError("There is no text: give one, - for standard input, or --lines FILE.")
            }
            return
        }
        if !text.isEmpty {
            throw ValidationError("--lines takes the texts from a file; leave the text out, or --lines.")
        }
        if budget != nil || tags {
            throw ValidationError("--lines shows ids as they are; --budget and --tags are for one text.")
        }
    }

    /// A line for each line of a file: its ids, or with --json the object that a single text has.
    func showLines(of path: String, _ tokenizer: any TextTokenizer) throws {
        for line in try TextLines(textsOf: path).lines {
            let ids = context.map { tokenizer.tokens(line, contextLength: $0) } ?? tokenizer.encode(line)
            try output.present(TokenListing(ids, of: tokenizer)) {
                ids.map(String.init).joined(separator: " ")
            }
        }
    }
}

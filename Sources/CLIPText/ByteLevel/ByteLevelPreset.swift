/// How a GGUF file's `tokenizer.ggml.pre` cuts text.
///
/// Expressions are those of `tokenizers` files of the same models. Readers of GGUF do not agree on all of this: for
/// `smollm` and its like this is transformers' reading, GPT-2's expression alone, where llama.cpp and the models' own
/// tokenizer.json take each digit out first. Ids differ for `½` and `③` behind a space, and for several blanks before a
/// number. Neither brings text to form C, which Qwen2's own file does.
struct ByteLevelPreset: Sendable {
    /// The steps.
    let steps: [PieceSplitter.Step]
    /// Whether a piece that is a token as a whole is not merged, as llama.cpp and the models' own files have it.
    var ignoresMerges = false

    private static let patterns: [(names: [String], pattern: WordPattern, ignoresMerges: Bool)] = [
        (
            [
                "default", "gpt-2", "phi-2", "mpt", "olmo", "smollm", "starcoder", "refact", "command-r",
                "codeshell",
            ], .gpt2, false
        ),
        (
            [
                "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
                "jina-v5-nano",
            ], .numbered(digits: 3), true
        ),
        (["dbrx", "smaug-bpe"], .numbered(digits: 3), false),
        (["qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez"], .numbered(digits: 1), false),
    ]

    /// Mistral's newer vocabulary (Nemo and later).
    private static let tekken =
        #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"#
        + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"#
        + #"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

    /// All names.
    static var names: [String] { patterns.flatMap(\.names) + ["tekken"] }

    /// The preset of a name.
    ///
    /// - Throws: ``TokenizerError`` with all names.
    init(_ name: String) throws {
        if let found = Self.patterns.first(where: { $0.names.contains(name) }) {
            steps = [.scan(found.pattern)]
            ignoresMerges = found.ignoresMerges
        } else if name == "tekken" {
            steps = [.split(.expression(try SplitExpression(Self.tekken)), .isolated, isInverted: false)]
            ignoresMerges = true
        } else {
            throw TokenizerError.unknownPreset(name: name, known: Self.names)
        }
    }
}

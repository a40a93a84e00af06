import Yams

/// A source with its weight, as a recipe writes it.
struct WeightedSource: Equatable, Sendable {
    var source = ""
    var weight: Double?
    var instruction: String?
    var pairs = false

    init() {}

    init(_ entry: DataSources.Entry) {
        source = entry.source
        weight = entry.weight
        instruction = entry.instruction
        pairs = entry.pairs
    }

    /// A mapping of the source alone has the weight 1.
    var entry: DataSources.Entry {
        DataSources.Entry(
            source,
            weight: weight ?? (instruction == nil && !pairs ? 1 : nil),
            instruction: instruction,
            pairs: pairs
        )
    }
}

extension WeightedSource: RecipeSection {
    /// What is not given is left out, as where it was not known.
    var node: Node {
        var pairs = [(Node.text("source"), Node.text(source))]
        if let weight { pairs.append((.text("weight"), weight.node)) }
        if let instruction { pairs.append((.text("instruction"), .text(instruction))) }
        if self.pairs { pairs.append((.text("pairs"), self.pairs.node)) }
        return .mapping(Node.Mapping(pairs, .implicit, .block))
    }

    static var fields: [RecipeField<Self>] {
        [
            .init(
                "source",
                \.source,
                "A path, brace pattern, glob, address or command.",
                RecipeCheck(rule: "not empty") { !$0.isEmpty },
                required: true,
                aliases: ["path", "url", "shards"]
            ),
            .init(
                "weight",
                \.weight,
                "How often the source is drawn, relative to the others, whatever its size; 1 where only the source is given.",
                RecipeCheck(rule: "greater than 0 and at most 1e15") { $0 > 0 && $0 <= 1e15 },
                aliases: ["factor", "upsampling", "share"]
            ),
            .init(
                "instruction",
                \.instruction,
                "What is asked of its captions as queries of a language model; `null` for what the loss says.",
                .notEmpty
            ),
            .init(
                "pairs",
                \.pairs,
                "Whether it holds pairs of texts for a language model: JSON lines with `query`, `positive` and perhaps `negative`."
            ),
        ]
    }
}

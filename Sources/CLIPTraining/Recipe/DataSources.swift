public import CLIPData
import Yams

/// The data of a run: one source or a list of sources, perhaps with weights.
public struct DataSources: Equatable, Sendable, ExpressibleByArrayLiteral {
    /// One source.
    public struct Entry: Equatable, Sendable {
        /// A path, brace pattern, glob, address or command.
        public var source: String
        /// How often it is drawn, relative to the others; nil for as often as its samples are many.
        public var weight: Double?

        /// Describes a source.
        public init(_ source: String, weight: Double? = nil) {
            self.source = source
            self.weight = weight
        }
    }

    /// The sources, in order.
    public var entries: [Entry]

    /// The sources without their weights.
    public var patterns: [String] { entries.map(\.source) }

    /// Makes a list of sources without weights.
    public init(_ patterns: [String] = []) {
        entries = patterns.map { Entry($0) }
    }

    /// Makes a list of sources without weights.
    public init(arrayLiteral patterns: String...) {
        self.init(patterns)
    }

    /// The shares of the sources in a data set that was opened from ``patterns``; none where no weight is given.
    public func mixture(of data: ShardDataset) -> [MixtureShare] {
        guard entries.contains(where: { $0.weight != nil }) else { return [] }
        var ranges = data.sourceRanges[...]
        return entries.compactMap { entry in
            // A text may name several sources.
            let parts = ranges.prefix(ShardList.parts(of: entry.source).count).filter { !$0.isEmpty }
            ranges = ranges.dropFirst(ShardList.parts(of: entry.source).count)
            guard let first = parts.first, let last = parts.last else { return nil }
            return MixtureShare(samples: first.lowerBound..<last.upperBound, weight: entry.weight ?? 1)
        }
    }
}

extension DataSources: RecipeValue {
    static var expectation: String { "text, a mapping of source and weight, or a list of these" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> DataSources? {
        if case .sequence = node {
            guard let entries = [Entry].decode(node, at: path, decoder) else { return nil }
            return DataSources(entries: entries)
        }
        return Entry.decode(node, at: path, decoder, expected: expectation).map { DataSources(entries: [$0]) }
    }

    private init(entries: [Entry]) { self.entries = entries }

    var node: Node { entries.count == 1 ? entries[0].node : entries.node }

    func problems(at path: String) -> [RecipeProblem] {
        guard !entries.isEmpty else {
            let expected = "the path of one shard or more"
            return [RecipeProblem(.invalidValue(found: text, expected: expected), path: path)]
        }
        return entries.count == 1 ? entries[0].problems(at: path) : entries.problems(at: path)
    }

    func warnings(at path: String) -> [RecipeWarning] {
        guard entries.count == 1, entries[0].weight != nil else { return [] }
        return [RecipeWarning(path: path, reason: "the weight of the only source has no effect.")]
    }
}

extension DataSources.Entry: RecipeValue {
    static var expectation: String { "text, or a mapping of source and weight" }

    static func decode(_ node: Node, at path: String, _ decoder: RecipeDecoder) -> Self? {
        decode(node, at: path, decoder, expected: expectation)
    }

    fileprivate static func decode(
        _ node: Node,
        at path: String,
        _ decoder: RecipeDecoder,
        expected: String
    ) -> Self? {
        switch node {
        case .scalar where !node.isNull: return String.decode(node, at: path, decoder).map { Self($0) }
        case .mapping:
            return WeightedSource.decode(node, at: path, decoder).map { Self($0.source, weight: $0.weight) }
        default:
            decoder.wrongType(node, expected: expected, at: path)
            return nil
        }
    }

    var node: Node { weight == nil ? source.node : WeightedSource(self).node }

    func problems(at path: String) -> [RecipeProblem] {
        guard weight == nil else { return WeightedSource(self).problems(at: path) }
        guard source.isEmpty else { return [] }
        return [
            RecipeProblem(.invalidValue(found: "''", expected: "the path of one shard or more"), path: path)
        ]
    }
}

/// A source with its weight, as a recipe writes it.
private struct WeightedSource: Equatable, Sendable {
    var source = ""
    var weight = 1.0

    init() {}

    init(_ entry: DataSources.Entry) {
        source = entry.source
        weight = entry.weight ?? 1
    }
}

extension WeightedSource: RecipeSection {
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
                "How often the source is drawn, relative to the others, whatever its size.",
                RecipeCheck(rule: "greater than 0 and at most 1e15") { $0 > 0 && $0 <= 1e15 },
                aliases: ["factor", "upsampling", "share"]
            ),
        ]
    }
}

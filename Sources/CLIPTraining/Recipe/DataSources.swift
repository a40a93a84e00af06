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
        /// What is asked of its captions as queries of a language model; nil for what the loss says.
        public var instruction: String?
        /// Whether it holds pairs of texts without pictures: JSON lines with `query` and `positive`.
        public var pairs: Bool

        /// Describes a source.
        public init(
            _ source: String,
            weight: Double? = nil,
            instruction: String? = nil,
            pairs: Bool = false
        ) {
            self.source = source
            self.weight = weight
            self.instruction = instruction
            self.pairs = pairs
        }

        /// Whether it is written as text.
        fileprivate var isPlain: Bool { weight == nil && instruction == nil && !pairs }
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
        return ranges(of: data).compactMap { entry, samples in
            samples.isEmpty ? nil : MixtureShare(samples: samples, weight: entry.weight ?? 1)
        }
    }

    /// The samples of each source in a data set that was opened from ``patterns``; empty for one without samples.
    func ranges(of data: ShardDataset) -> [(entry: Entry, samples: Range<Int>)] {
        var ranges = data.sourceRanges[...]
        return entries.map { entry in
            // A text may name several sources.
            let parts = ranges.prefix(ShardList.parts(of: entry.source).count).filter { !$0.isEmpty }
            ranges = ranges.dropFirst(ShardList.parts(of: entry.source).count)
            guard let first = parts.first, let last = parts.last else { return (entry, 0..<0) }
            return (entry, first.lowerBound..<last.upperBound)
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
            return WeightedSource.decode(node, at: path, decoder).map(\.entry)
        default:
            decoder.wrongType(node, expected: expected, at: path)
            return nil
        }
    }

    var node: Node { isPlain ? source.node : WeightedSource(self).node }

    func problems(at path: String) -> [RecipeProblem] {
        guard isPlain else { return WeightedSource(self).problems(at: path) }
        guard source.isEmpty else { return [] }
        return [
            RecipeProblem(.invalidValue(found: "''", expected: "the path of one shard or more"), path: path)
        ]
    }
}

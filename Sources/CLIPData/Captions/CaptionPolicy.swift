/// Which of a sample's captions are used.
///
/// Texts that are blank, too short or too long count as missing. A sample in which all are is given its first text that
/// is not blank.
public struct CaptionPolicy: Sendable, Hashable {
    /// How captions are chosen among those that a sample has.
    public enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
        /// The first, in the order of the sources.
        case first
        /// Each text with the same probability.
        case uniform
        /// A source with a probability proportional to its weight among the sources that the sample has, then one of its
        /// texts.
        case weighted
        /// A source with a probability equal to its weight, whatever the sample has, then one of its texts; the first
        /// source that has one stands in for a missing text.
        case mix
        /// All of them, in the order of the sources: evaluation.
        case all
    }

    /// The sources, in order of preference; a caption's source index counts in this list.
    public let sources: [CaptionSource]
    /// How to choose.
    public let rule: Rule
    /// One weight for each source; shares that add up to 1 for the rule `mix`.
    public let weights: [Double]
    /// How many captions each image gets; ignored by `Rule.all`.
    public let captionsPerImage: Int
    /// Which texts count as missing.
    public let degenerate: DegenerateCaptions

    /// Creates a policy for fields of the sample.
    ///
    /// - Throws: `LoaderError.captionPolicy` for no fields, repeated fields, bad weights or a count below 1.
    public init(
        fields: [String] = ["txt"],
        rule: Rule = .first,
        weights: [Double]? = nil,
        captionsPerImage: Int = 1,
        degenerate: DegenerateCaptions = DegenerateCaptions()
    ) throws(LoaderError) {
        try self.init(
            sources: fields.map { CaptionSource(field: $0) },
            rule: rule,
            weights: weights,
            captionsPerImage: captionsPerImage,
            degenerate: degenerate
        )
    }

    /// Creates a policy.
    ///
    /// - Parameter weights: One for each source: for `weighted`, any positive numbers; for `mix`, shares that add up to 1.
    /// - Throws: `LoaderError.captionPolicy` for no sources, repeated ones, bad weights or limits, or a count below 1.
    public init(
        sources: [CaptionSource],
        rule: Rule = .first,
        weights: [Double]? = nil,
        captionsPerImage: Int = 1,
        degenerate: DegenerateCaptions = DegenerateCaptions()
    ) throws(LoaderError) {
        self.sources = sources
        self.rule = rule
        self.captionsPerImage = captionsPerImage
        self.degenerate = degenerate
        self.weights = try Self.checked(weights, rule, sources)
        guard (1...1024).contains(captionsPerImage) else {
            throw .captionPolicy("\(captionsPerImage) captions per image, expected 1 to 1024")
        }
        guard degenerate.minimumWords >= 1, degenerate.minimumWords <= degenerate.maximumWords ?? .max else {
            throw .captionPolicy(
                "captions of \(degenerate.minimumWords) to \(degenerate.maximumWords.map(String.init) ?? "any number of") "
                    + "words, expected at least 1 and not more than the maximum"
            )
        }
    }

    private static func checked(
        _ weights: [Double]?,
        _ rule: Rule,
        _ sources: [CaptionSource]
    ) throws(LoaderError) -> [Double] {
        guard !sources.isEmpty else { throw .captionPolicy("it names no field") }
        guard Set(sources.map(\.name)).count == sources.count,
            Set(sources.map(\.origin)).count == sources.count
        else {
            throw .captionPolicy("it names a field twice: \(sources.map(\.name).joined(separator: ", "))")
        }
        guard let weights else {
            if rule == .mix { throw .captionPolicy("the rule 'mix' needs a share for each source") }
            return Array(repeating: 1, count: sources.count)
        }
        guard weights.count == sources.count else {
            throw .captionPolicy("\(weights.count) weights for \(sources.count) fields")
        }
        guard rule == .weighted || rule == .mix else {
            throw .captionPolicy(
                "weights only make sense with the rules 'weighted' and 'mix', not '\(rule.rawValue)'"
            )
        }
        guard rule == .mix else {
            guard weights.allSatisfy({ $0.isFinite && $0 > 0 }) else {
                throw .captionPolicy("weights must be positive numbers, found \(weights)")
            }
            return weights
        }
        // A third may be written as 0.333.
        let sum = weights.reduce(0, +)
        guard weights.allSatisfy({ $0.isFinite && $0 >= 0 }), abs(sum - 1) < 0.005 else {
            throw .captionPolicy("shares must be 0 or more and add up to 1, found \(weights)")
        }
        return weights.map { $0 / sum }
    }

    /// How many captions every row has, or nil where the number differs.
    public var fixedCount: Int? { rule == .all ? nil : captionsPerImage }

    /// The sources that are fields of the sample.
    public var fields: [CaptionField] { sources.compactMap(\.field) }

    /// The sources that are side files.
    public var files: [CaptionFile] { sources.compactMap(\.file) }

    /// Stops early when the samples cannot have captions from a field.
    ///
    /// With side files, each field has to be there; otherwise one is enough.
    /// - Throws: `ShardError.fields`.
    public func requireFields(of source: any SampleSource) throws {
        if files.isEmpty { return try source.requireCaptions(fields) }
        for named in sources {
            if let field = named.field {
                try source.requireCaptions([field], purpose: "a caption for the source '\(named.name)'")
            }
        }
        if files.contains(where: { $0.settings.join == .url }) {
            try source.require(["url", "json"], purpose: "a URL to join captions by")
        }
    }
}

/// Where a caption comes from inside a sample.
public enum CaptionField: Sendable, Hashable, CustomStringConvertible {
    /// The member with this suffix, as UTF-8 text.
    case text(String)
    /// A string under this key of the sample's `.json` member.
    case json(String)

    /// Reads `txt`, `title.txt` or `json:caption`.
    public init(_ name: String) {
        if name.hasPrefix("json:") {
            self = .json(String(name.dropFirst(5)))
        } else {
            self = .text((name.hasPrefix(".") ? String(name.dropFirst()) : name).lowercased())
        }
    }

    /// The suffix of the member that holds it.
    public var suffix: String {
        switch self {
        case .text(let suffix): suffix
        case .json: "json"
        }
    }

    /// As it is written in settings.
    public var description: String {
        switch self {
        case .text(let suffix): suffix
        case .json(let key): "json:\(key)"
        }
    }
}

/// Which of a sample's captions are used.
///
/// Only fields that are present and not blank take part, so a sample with one of three captions is drawn from that one.
public struct CaptionPolicy: Sendable, Hashable {
    /// How captions are chosen among those that a sample has.
    public enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
        /// The first, in the order of the fields.
        case first
        /// Each with the same probability.
        case uniform
        /// Each with a probability proportional to its field's weight.
        case weighted
        /// All of them, in the order of the fields: evaluation.
        case all
    }

    /// The fields, in order of preference; a caption's source index counts in this list.
    public let fields: [CaptionField]
    /// How to choose.
    public let rule: Rule
    /// One weight for each field.
    public let weights: [Double]
    /// How many captions each image gets; ignored by `Rule.all`.
    public let captionsPerImage: Int

    /// Creates a policy.
    ///
    /// - Throws: `LoaderError.captionPolicy` for no fields, repeated fields, bad weights or a count below 1.
    public init(
        fields: [String] = ["txt"],
        rule: Rule = .first,
        weights: [Double]? = nil,
        captionsPerImage: Int = 1
    ) throws(LoaderError) {
        self.fields = fields.map(CaptionField.init)
        self.rule = rule
        self.weights = weights ?? Array(repeating: 1, count: fields.count)
        self.captionsPerImage = captionsPerImage
        guard !fields.isEmpty else { throw .captionPolicy("it names no field") }
        guard Set(self.fields).count == fields.count else {
            throw .captionPolicy("it names a field twice: \(fields.joined(separator: ", "))")
        }
        guard self.weights.count == fields.count else {
            throw .captionPolicy("\(self.weights.count) weights for \(fields.count) fields")
        }
        guard self.weights.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw .captionPolicy("weights must be positive numbers, found \(self.weights)")
        }
        guard weights == nil || rule == .weighted else {
            throw .captionPolicy("weights only make sense with the rule 'weighted', not '\(rule.rawValue)'")
        }
        guard (1...1024).contains(captionsPerImage) else {
            throw .captionPolicy("\(captionsPerImage) captions per image, expected 1 to 1024")
        }
    }

    /// How many captions every row has, or nil where the number differs.
    public var fixedCount: Int? { rule == .all ? nil : captionsPerImage }

    /// Chooses among the fields that are usable.
    ///
    /// Several captions of one image are drawn without replacement; when they run out, all are there again.
    /// - Parameter available: Indices into `fields`, ascending, not empty.
    /// - Returns: Indices into `fields`, `captionsPerImage` of them (all for `Rule.all`).
    public func choose(among available: [Int], using random: inout some RandomNumberGenerator) -> [Int] {
        if rule == .all || available.isEmpty { return available }
        var chosen: [Int] = []
        chosen.reserveCapacity(captionsPerImage)
        var pool = available
        while chosen.count < captionsPerImage {
            if pool.isEmpty { pool = available }
            let place =
                switch rule {
                case .first, .all: 0
                case .uniform: pool.count == 1 ? 0 : random.index(below: pool.count)
                case .weighted: pool.count == 1 ? 0 : weightedPlace(in: pool, using: &random)
                }
            chosen.append(pool.remove(at: place))
        }
        return chosen
    }

    private func weightedPlace(in pool: [Int], using random: inout some RandomNumberGenerator) -> Int {
        var rest = random.uniform() * pool.reduce(0) { $0 + weights[$1] }
        for (place, field) in pool.enumerated() {
            rest -= weights[field]
            if rest < 0 { return place }
        }
        return pool.count - 1
    }
}

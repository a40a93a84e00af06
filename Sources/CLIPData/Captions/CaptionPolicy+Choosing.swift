/// One text of one source.
public struct CaptionPlace: Sendable, Hashable {
    /// The source's place in the policy.
    public var source: Int
    /// The text's place among those of the source.
    public var text: Int

    /// Names a text.
    public init(source: Int, text: Int) {
        self.source = source
        self.text = text
    }
}

extension CaptionPolicy {
    /// Chooses among the texts of a sample.
    ///
    /// Several captions of one image are drawn without replacement; when they run out, all are there again.
    /// - Parameter usable: For each source, its texts in order and whether they are usable.
    /// - Returns: `captionsPerImage` texts (all usable ones for `Rule.all`); none where none is usable.
    public func choose(among usable: [[Bool]], using random: inout some RandomNumberGenerator)
        -> [CaptionPlace]
    {
        let all = usable.enumerated().flatMap { source, texts in
            texts.indices.filter { texts[$0] }.map { CaptionPlace(source: source, text: $0) }
        }
        if rule == .all || all.isEmpty { return all }
        // A source's weight is shared by its texts, and not lost with those that were drawn.
        let counts = usable.map { $0.count(where: \.self) }
        var chosen: [CaptionPlace] = []
        chosen.reserveCapacity(captionsPerImage)
        var pool = all
        while chosen.count < captionsPerImage {
            if pool.isEmpty { pool = all }
            let place =
                switch rule {
                case .first, .all: 0
                case .uniform: pool.count == 1 ? 0 : random.index(below: pool.count)
                case .weighted:
                    pool.count == 1
                        ? 0
                        : Self.place(in: pool.map { weights[$0.source] / Double(counts[$0.source]) }, &random)
                case .mix: mixedPlace(in: pool, usable, &random)
                }
            chosen.append(pool.remove(at: place))
        }
        return chosen
    }

    /// Chooses a text of another source than one; nil where no other has a usable one.
    ///
    /// A mix draws among the sources that are left in proportion to their shares.
    func choose(
        among usable: [[Bool]],
        without source: Int,
        using random: inout some RandomNumberGenerator
    ) -> CaptionPlace? {
        var others = usable
        others[source] = usable[source].map { _ in false }
        guard rule == .mix else { return choose(among: others, using: &random).first }
        let open = others.indices.filter { others[$0].contains(true) }
        guard let first = open.first else { return nil }
        let drawn = open.count == 1 ? first : open[Self.place(in: open.map { weights[$0] }, &random)]
        let texts = others[drawn].indices.filter { others[drawn][$0] }
        return mixedText(of: texts, &random).map { CaptionPlace(source: drawn, text: $0) }
    }

    /// The source that a mix draws.
    func mixedSource(_ random: inout some RandomNumberGenerator) -> Int { Self.place(in: weights, &random) }

    /// The text that a mix draws from a source, usable or not; nil where the source has none.
    func mixedText(of open: [Int], _ random: inout some RandomNumberGenerator) -> Int? {
        open.count < 2 ? open.first : open[random.index(below: open.count)]
    }

    private func mixedPlace(
        in pool: [CaptionPlace],
        _ usable: [[Bool]],
        _ random: inout some RandomNumberGenerator
    ) -> Int {
        let source = mixedSource(&random)
        let left = Set(pool)
        // Degenerate texts keep their part of the source's share, which goes to another source.
        let open = usable[source].indices.filter { text in
            !usable[source][text] || left.contains(CaptionPlace(source: source, text: text))
        }
        if let text = mixedText(of: open, &random),
            let place = pool.firstIndex(of: CaptionPlace(source: source, text: text))
        {
            return place
        }
        let other = (pool.first { $0.source != source } ?? pool[0]).source
        let places = pool.indices.filter { pool[$0].source == other }
        return places.count == 1 ? places[0] : places[random.index(below: places.count)]
    }

    /// A place with a probability proportional to its weight.
    private static func place(in weights: [Double], _ random: inout some RandomNumberGenerator) -> Int {
        var rest = random.uniform() * weights.reduce(0, +)
        for (place, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return place }
        }
        return weights.lastIndex { $0 > 0 } ?? weights.count - 1
    }
}

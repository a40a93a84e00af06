import Foundation

/// Reads the texts of a pair as a policy and a pairing want them.
struct CaptionPairReader: Sendable {
    /// So many other samples are tried for a negative.
    private static let attempts = 16

    /// One text and where it comes from.
    struct Text {
        var pair: PairText
        /// The source's number in the policy; -1 for a text of a JSON object with pairs.
        var source: Int
    }

    let reader: CaptionReader
    let pairing: CaptionPairing

    /// The query, its positive, and a negative where the pairing has such.
    ///
    /// - Parameters:
    ///   - random: What the pair is drawn from.
    ///   - negatives: What the negative is drawn from.
    /// - Throws: `SampleProblem` where there is no pair; `ShardError`; `CaptionFileError`.
    func texts(
        of index: Int,
        in source: any SampleSource,
        random: CounterRandom,
        negatives: CounterRandom
    ) throws -> [Text] {
        let part = pairing.part(of: index)
        var (random, negatives) = (random, negatives)
        let instruction = part.instruction ?? pairing.instruction
        func row(_ query: String, _ positive: String, _ negative: String?, _ sources: [Int]) -> [Text] {
            zip([query, positive, negative].compactMap(\.self), sources).enumerated().map { place, text in
                Text(
                    pair: PairText(text.0, instruction: place == 0 ? instruction : nil),
                    source: text.1
                )
            }
        }
        if part.isTexts {
            let query = try self.text("query", at: index, in: source, &random)
            let positive = try self.text("positive", at: index, in: source, &random)
            guard pairing.hasNegatives else { return row(query, positive, nil, [-1, -1]) }
            let own = try textsNamed("negative", at: index, in: source)
            let negative =
                try own.isEmpty
                ? another(than: index, in: part, &negatives) { other, random in
                    try self.text("positive", at: other, in: source, &random)
                } : own[random.index(below: own.count)]
            return row(query, positive, negative, [-1, -1, -1])
        }
        let (texts, usable) = try reader.allTexts(of: index, in: source)
        guard let query = reader.policy.choose(among: usable, using: &random).first,
            let positive = partner(of: query, among: usable, &random)
        else {
            throw SampleProblem(
                kind: .singleCaption,
                reason: "it has one caption only, and a pair takes two"
            )
        }
        func text(_ place: CaptionPlace) -> String { texts[place.source][place.text] }
        guard pairing.hasNegatives else {
            return row(text(query), text(positive), nil, [query.source, positive.source])
        }
        let kind = positive.source
        let negative = try another(than: index, in: part, &negatives) { other, random in
            let (texts, usable) = try reader.allTexts(of: other, in: source)
            let same = usable[kind].indices.filter { usable[kind][$0] }
            if !same.isEmpty { return texts[kind][same[random.index(below: same.count)]] }
            guard let place = reader.policy.choose(among: usable, using: &random).first else { return nil }
            return texts[place.source][place.text]
        }
        return row(text(query), text(positive), negative, [query.source, positive.source, kind])
    }

    /// A text of another source than the query's where there is one, else another of the same.
    private func partner(
        of query: CaptionPlace,
        among usable: [[Bool]],
        _ random: inout CounterRandom
    ) -> CaptionPlace? {
        if let found = reader.policy.choose(among: usable, without: query.source, using: &random) {
            return found
        }
        var others = usable
        others[query.source][query.text] = false
        if let found = reader.policy.choose(among: others, using: &random).first { return found }
        return pairing.single == .pair ? query : nil
    }

    /// A text of a sample of the same part that is drawn uniformly; one that has none is drawn again.
    private func another(
        than index: Int,
        in part: CaptionPairing.Part,
        _ random: inout CounterRandom,
        _ text: (_ other: Int, _ random: inout CounterRandom) throws -> String?
    ) throws -> String {
        var problem = SampleProblem(
            kind: .missingCaption,
            reason: "no other sample has a text for a negative"
        )
        for _ in 0..<Self.attempts {
            let place = part.samples.lowerBound + random.index(below: part.samples.count - 1)
            do {
                if let found = try text(place < index ? place : place + 1, &random) { return found }
            } catch let found as SampleProblem {
                problem.reason = "no other sample has a text for a negative: \(found.reason)"
            }
        }
        throw problem
    }

    /// One of the texts under a name.
    private func text(
        _ name: String,
        at index: Int,
        in source: any SampleSource,
        _ random: inout CounterRandom
    ) throws -> String {
        let texts = try textsNamed(name, at: index, in: source)
        guard !texts.isEmpty else {
            throw SampleProblem(kind: .missingCaption, reason: "its object has no text \"\(name)\"")
        }
        return texts.count == 1 ? texts[0] : texts[random.index(below: texts.count)]
    }

    private func textsNamed(_ name: String, at index: Int, in source: any SampleSource) throws -> [String] {
        let field = CaptionSource(name: name, origin: .field(.json(name)))
        return try CaptionReader.texts(of: field, at: index, in: source).filter {
            !reader.policy.degenerate.includes($0)
        }
    }
}

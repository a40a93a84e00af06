import Foundation

/// Reads a sample's captions as a policy wants them.
struct CaptionReader: Sendable {
    let policy: CaptionPolicy

    /// The chosen captions with their source indices.
    ///
    /// - Throws: `SampleProblem` when there is no caption, or only blank ones; `ShardError` when data cannot be read;
    ///   `CaptionFileError`.
    func captions(
        of index: Int,
        in source: any SampleSource,
        random: consuming CounterRandom
    ) throws -> [(source: Int, text: String)] {
        if policy.rule == .mix, policy.captionsPerImage == 1,
            let drawn = try drawn(at: index, in: source, random: copy random)
        {
            return [drawn]
        }
        // Of the first, nothing that comes later can be chosen.
        let isFirst = policy.rule == .first && policy.captionsPerImage == 1
        let (texts, usable) = try allTexts(of: index, in: source, upToUsable: isFirst)
        var random = random
        return policy.choose(among: usable, using: &random).map { ($0.source, texts[$0.source][$0.text]) }
    }

    /// The texts of each source, and which of them may be chosen.
    ///
    /// - Parameter upToUsable: Whether sources behind the first one with a usable text are left out.
    /// - Throws: As ``captions(of:in:random:)``.
    func allTexts(of index: Int, in source: any SampleSource, upToUsable: Bool = false) throws -> (
        texts: [[String]], usable: [[Bool]]
    ) {
        var texts: [[String]] = []
        var damage: SampleProblem?
        for origin in policy.sources {
            do {
                texts.append(try Self.texts(of: origin, at: index, in: source))
            } catch let problem as SampleProblem {
                // Another source may have a text.
                damage = damage ?? problem
                texts.append([])
            }
            if upToUsable, texts.last?.contains(where: { !policy.degenerate.includes($0) }) == true { break }
        }
        return (texts, try usable(texts, damage: damage))
    }

    /// What a mix draws, read without the other sources; nil where another has to stand in.
    private func drawn(
        at index: Int,
        in source: any SampleSource,
        random: consuming CounterRandom
    ) throws -> (source: Int, text: String)? {
        // The same draws as those of `choose`.
        var random = random
        let number = policy.mixedSource(&random)
        let texts: [String]
        do {
            texts = try Self.texts(of: policy.sources[number], at: index, in: source)
        } catch is SampleProblem {
            return nil
        }
        guard let text = policy.mixedText(of: Array(texts.indices), &random),
            !policy.degenerate.includes(texts[text])
        else { return nil }
        return (number, texts[text])
    }

    /// Which texts may be chosen; where all are degenerate, the first that is not blank.
    ///
    /// - Throws: `SampleProblem` where there is none: the damage that kept one from being read, if any did.
    private func usable(_ texts: [[String]], damage: SampleProblem?) throws -> [[Bool]] {
        var usable = texts.map { $0.map { !policy.degenerate.includes($0) } }
        if usable.contains(where: { $0.contains(true) }) { return usable }
        for (number, list) in texts.enumerated() {
            guard let first = list.firstIndex(where: { !$0.isEmpty }) else { continue }
            usable[number][first] = true
            return usable
        }
        if let damage { throw damage }
        let names = policy.sources.map { "'\($0)'" }.joined(separator: " or ")
        throw texts.contains { !$0.isEmpty }
            ? SampleProblem(kind: .emptyCaption, reason: "\(names) is blank")
            : SampleProblem(kind: .missingCaption, reason: "no \(names)")
    }

    /// A source's texts without white space at the ends, blank ones included; none where the sample has none.
    ///
    /// - Throws: `SampleProblem` for a text that is not UTF-8 or a `.json` member that is no object; `ShardError`;
    ///   `CaptionFileError`.
    static func texts(
        of origin: CaptionSource,
        at index: Int,
        in source: any SampleSource
    ) throws -> [String] {
        switch origin.origin {
        case .field(let field): return try texts(of: field, at: index, in: source)
        case .file(let file):
            guard let value = try file.settings.join.value(at: index, in: source) else { return [] }
            return try file.texts(for: value)
        }
    }

    /// A field's texts without white space at the ends.
    private static func texts(of field: CaptionField, at index: Int, in source: any SampleSource) throws
        -> [String]
    {
        guard let bytes = try source.field(field.suffix, at: index) else { return [] }
        guard case .json(let key) = field else {
            return [try bytes.text(of: field.suffix).trimmingCharacters(in: .whitespacesAndNewlines)]
        }
        let found = try bytes.members { $0 == key }
        let texts = ListingObject.texts(found.last?.value) ?? []
        return texts.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    /// A field's first text that is not blank, or an empty one; nil where the sample does not have it.
    ///
    /// - Throws: `SampleProblem` for a text that is not UTF-8 or a `.json` member that is no object; `ShardError`.
    static func text(of field: CaptionField, at index: Int, in source: any SampleSource) throws -> String? {
        let texts = try texts(of: field, at: index, in: source)
        return texts.first { !$0.isEmpty } ?? texts.first
    }
}

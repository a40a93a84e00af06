/// Guesses which field was meant where one is missing.
struct FieldHints {
    private(set) var texts: [String] = []

    init(_ source: any SampleSource, _ tally: DataCheckTally, _ settings: DataCheckSettings) {
        let suffixes = source.fieldCounts
        let samples = source.count
        let keys = tally.jsonKeys
        let images = Set(settings.imageFields)
        if !settings.imageFields.contains(where: { (suffixes[$0] ?? 0) > 0 }), samples > 0 {
            texts.append(Self.missing(settings.imageFields, "an image", suffixes, samples))
        }
        // A guess for a caption comes in order of likeness to what was asked for, then of usual names.
        let others = suffixes.keys.filter { !images.contains($0) && $0 != "json" && !$0.hasSuffix(".json") }
        for (field, counted) in zip(settings.captions.map(CaptionField.init), tally.fields) {
            // Lists of texts are no key that is counted, and yet captions.
            if counted.present + counted.blank + counted.damaged > 0 { continue }
            let (name, found): (String, Int) =
                switch field {
                case .text(let suffix): (suffix, suffixes[suffix] ?? 0)
                case .json(let key): (key, keys[key] ?? 0)
                }
            // A key is looked for in some samples only, so a hint needs some that were read.
            if case .json = field, tally.jsonExamined == 0, (suffixes["json"] ?? 0) > 0 { continue }
            guard found == 0, samples > 0 else { continue }
            let suffix = Self.nearest(name, others).map { ($0, suffixes[$0] ?? 0, samples) }
            let key = Self.nearest(name, Array(keys.keys)).map {
                ("json:\($0)", keys[$0] ?? 0, tally.jsonExamined)
            }
            let isKey = if case .json = field { true } else { false }
            let guess = isKey ? key ?? suffix : suffix ?? key
            if let (guess, count, seen) = guess {
                texts.append(
                    "No '\(field)', but '\(PlainLine.of(guess))' in \(count) of \(seen) samples: use --captions \(PlainLine.of(guess))."
                )
            } else {
                texts.append(Self.missing([field.description], "a caption", suffixes, samples))
            }
        }
    }

    private static func missing(
        _ expected: [String],
        _ what: String,
        _ found: [String: Int],
        _ samples: Int
    ) -> String {
        let sorted = found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8)
        let list = sorted.map { "'\(PlainLine.of($0.key))' (\($0.value)×)" }.joined(separator: ", ")
        return
            "No sample has \(what): expected \(expected.map { "'\($0)'" }.joined(separator: " or ")), found "
            + (list.isEmpty ? "no fields at all" : list) + " in \(samples) samples."
    }

    /// The candidate that is a misspelling of a name, or one of the usual names.
    static func nearest(_ name: String, _ candidates: [String]) -> String? {
        if let close = Spelling.nearest(to: name, among: candidates.sorted()) { return close }
        return UsualNames.likelyCaptions.flatMap { usual in
            candidates.filter { $0.lowercased() == usual }.sorted()
                + candidates.filter { $0.lowercased() == usual + ".txt" }.sorted()
        }.first
    }
}

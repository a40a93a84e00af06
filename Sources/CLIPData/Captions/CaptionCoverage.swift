/// Which samples have captions from which source.
public struct CaptionCoverage: Sendable, Codable, Equatable {
    /// One source.
    public struct Source: Sendable, Codable, Equatable {
        /// Its name.
        public var name: String
        /// Samples that were looked at and have a usable text from it.
        public var usable: Int
        /// Samples that were looked at and have only degenerate texts from it.
        public var degenerate: Int
        /// Usable texts of these samples.
        public var texts: Int
        /// Rows of the side file that say different things; nil for a field.
        public var rows: Int?
        /// Rows that say what another row says; nil for a field.
        public var repeatedRows: Int?
        /// Rows that no sample has; nil where not all samples were looked at.
        public var rowsWithoutSample: Int?
        /// Samples, of all, whose key has a row; nil where that was not counted.
        public var samplesWithRow: Int?
    }

    /// Samples that have usable texts from just these sources.
    public struct Combination: Sendable, Codable, Equatable {
        /// The sources' names; empty for samples that have none.
        public var sources: [String]
        /// How many samples.
        public var count: Int
    }

    /// Samples in the data set.
    public var samples: Int
    /// Samples that were looked at.
    public var examined: Int
    /// Samples whose fields cannot be read, such as broken JSON.
    public var damaged: Int
    /// The sources, in the order of the policy.
    public var sources: [Source]
    /// What samples have, most frequent first.
    public var combinations: [Combination]

    /// Whether the figures are those of a part of the samples, drawn at random.
    public var isEstimate: Bool { examined < samples }
    /// Below this share of samples with a usable text, a source is warned of.
    public static let warningShare = 0.9
}

extension CaptionCoverage {
    /// One line for each source, and one for samples without a caption.
    public var lines: [String] {
        let base =
            isEstimate
            ? "of \(Self.grouped(examined)) samples drawn from \(Self.grouped(samples)), an estimate"
            : "of \(Self.grouped(samples)) samples"
        let shares = sources.map { "\($0.name) \(percent($0.usable))" }.joined(separator: ", ")
        var lines = ["captions: \(shares) \(base)"]
        for source in sources {
            if let samplesWithRow = source.samplesWithRow {
                let rows = Self.grouped(source.rows ?? 0)
                let repeated = source.repeatedRows ?? 0
                lines.append(
                    "captions: \(source.name): \(Self.grouped(samplesWithRow)) of \(Self.grouped(samples)) keys have one of "
                        + "its \(rows) rows"
                        + (repeated > 0 ? "; \(Self.grouped(repeated)) more say what another says" : "")
                )
            }
        }
        return lines
    }

    /// What is likely a mistake, one sentence each.
    public var warnings: [String] {
        guard examined > 0 else { return [] }
        var warnings = sources.compactMap { source -> String? in
            guard Double(source.usable) < Self.warningShare * Double(examined) else { return nil }
            let missing = examined - source.usable
            return "\(percent(missing)) of the samples have no caption from '\(source.name)'"
                + (source.degenerate > 0 ? ", \(percent(source.degenerate)) only degenerate ones" : "")
                + "; another source stands in."
        }
        if let none = combinations.first(where: \.sources.isEmpty) {
            warnings.append("\(percent(none.count)) of the samples have no usable caption from any source.")
        }
        return warnings
    }

    private func percent(_ count: Int) -> String {
        guard examined > 0, count > 0 else { return "0%" }
        if count == examined { return "100%" }
        // A few missing ones must not read as none.
        let tenths = min(999, max(1, (Double(count) * 1000 / Double(examined)).rounded()))
        return "\(tenths / 10)%"
    }

    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return String(
            digits.indices.flatMap { place in
                place > 0 && (digits.count - place) % 3 == 0 ? [",", digits[place]] : [digits[place]]
            }
        )
    }
}

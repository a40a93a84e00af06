import CLIPData

/// A report of a check for people.
struct DataCheckText {
    private let report: DataCheckReport

    init(_ report: DataCheckReport) {
        self.report = report
    }

    var text: String {
        var parts = [summary]
        if !report.notes.isEmpty { parts.append(report.notes.joined(separator: "\n")) }
        if !report.fields.hints.isEmpty { parts.append(report.fields.hints.joined(separator: "\n")) }
        if !report.faults.isEmpty { parts.append("faults\n" + Self.findings(report.faults)) }
        if !report.remarks.isEmpty { parts.append("worth a look\n" + Self.findings(report.remarks)) }
        parts.append("duplicates\n" + duplicates)
        if !report.captions.mostRepeated.isEmpty { parts.append("most repeated captions\n" + repeated) }
        parts.append(distributions)
        parts.append(verdict)
        return parts.joined(separator: "\n\n")
    }

    private var verdict: String {
        let share = Figures.percent(report.badShare, digits: 2)
        let limit = Figures.percent(report.maximumBadShare, digits: 1)
        return report.isUsable
            ? "usable: \(share) of the samples are bad, at most \(limit) may be"
            : "not usable: \(share) of the samples are bad, at most \(limit) may be"
    }

    private var summary: String {
        var table = TextTable()
        let read = report.isInterrupted ? "read before the interruption" : "read"
        table.row(
            "samples",
            "\(Figures.grouped(report.samples)), \(Figures.grouped(report.examined)) \(read), \(Figures.grouped(report.bad)) bad"
        )
        let suffixes = Self.counts(report.fields.suffixes)
        table.row("fields", suffixes.isEmpty ? "none" : suffixes)
        if !report.fields.jsonKeys.isEmpty {
            table.row("text in .json", Self.counts(report.fields.jsonKeys))
        }
        for part in report.captions.coverage.prefix(6) {
            let fields = part.fields.isEmpty ? "no caption" : part.fields.joined(separator: " + ")
            table.row("captions", "\(Figures.grouped(part.samples)) with \(fields)")
        }
        let images = report.images
        let formats = images.formats.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        table.row(
            "images",
            formats.isEmpty
                ? "none" : formats.map { "\(Figures.grouped($0.value)) \($0.key)" }.joined(separator: ", ")
        )
        return table.text
    }

    /// `12 txt, 3 title.txt`, the most frequent ones.
    private static func counts(_ counts: [String: Int]) -> String {
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let shown = sorted.prefix(10).map { "\(Figures.grouped($0.value)) \(short($0.key, 40))" }
        return shown.joined(separator: ", ") + (sorted.count > 10 ? " and \(sorted.count - 10) more" : "")
    }

    private static func findings(_ findings: [DataCheckReport.Finding]) -> String {
        findings.map { finding in
            let examples = finding.examples.prefix(2).map {
                "\n    '\($0.key)' in \($0.shard): \(short($0.text, 90))"
            }
            return "  \(Figures.grouped(finding.count)) × \(finding.kind). \(finding.advice)"
                + examples.joined()
        }.joined(separator: "\n")
    }

    private static func short(_ text: String, _ limit: Int) -> String {
        text.count > limit ? text.prefix(limit - 1) + "…" : text
    }

    private var duplicates: String {
        let found = report.duplicates
        var table = TextTable()
        func add(_ name: String, _ kind: DataCheckReport.Duplicates.Kind) {
            guard kind.groups > 0 else { return table.row("  " + name, "none") }
            table.row(
                "  " + name,
                "\(Figures.grouped(kind.extra)) copies in \(Figures.grouped(kind.groups)) groups",
                "largest: \(Figures.grouped(kind.largest.first?.count ?? 0))",
                kind.largest.first?.examples.prefix(3).map { "'\($0.key)'" }.joined(separator: ", ") ?? ""
            )
        }
        add("one key", found.keys)
        if found.keysWithinShard > 0 {
            table.row(
                "  one key in one shard",
                found.splitSamples > 0
                    ? "\(Figures.grouped(found.keysWithinShard)): \(Figures.grouped(found.splitSamples)) samples stand in two parts; write the members of each one behind the other"
                    : "\(Figures.grouped(found.keysWithinShard)): give each sample a key of its own"
            )
        }
        add("equal captions", found.captions)
        add("equal image files", found.imageBytes)
        add("equal pixels", found.imagePixels)
        if let distance = found.nearDistance {
            add("look alike (\(distance) bits)", found.near)
            if !found.nearIsComplete { table.row("", "not all pairs were compared: very many look similar") }
        }
        let copies = found.imagePixels.extra + found.near.extra
        return copies == 0
            ? table.text
            : table.text
                + "\n  `clip data pack` drops equal pictures with equal captions; with --near-duplicates "
                + "\(found.nearDistance ?? 0) also pictures that look alike."
    }

    private var repeated: String {
        report.captions.mostRepeated.prefix(5).map {
            "  \(Figures.grouped($0.count)) × \(Self.short($0.text, 100))"
        }.joined(separator: "\n")
    }

    private var distributions: String {
        var table = TextTable()
        table.row("", "mean", "min", "p5", "median", "p95", "p99", "max")
        func add(_ name: String, _ spread: DataCheckReport.Spread?) {
            guard let distribution = spread?.distribution, distribution.count > 0 else { return }
            let percentiles = ["p5", "p50", "p95", "p99"].map {
                Figures.grouped(distribution.percentiles[$0] ?? 0)
            }
            table.row(
                [name, Figures.fixed(distribution.mean, 1), Figures.grouped(distribution.minimum)]
                    + percentiles
                    + [Figures.grouped(distribution.maximum)]
            )
        }
        add("caption words", report.captions.words)
        add("caption tokens", report.captions.tokens)
        add("shorter side", report.images.shortSide)
        add("longer/shorter in %", report.images.aspect)
        add("thousands of pixels", report.images.kilopixels)
        add("image bytes", report.images.bytes)
        return table.text
    }
}

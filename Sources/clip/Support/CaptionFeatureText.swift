import CLIPData

/// Files of caption features in words for people.
enum CaptionFeatureText {
    /// How far the making of a file is.
    static func line(_ progress: CaptionFeatureProgress) -> String {
        var parts = [
            "captions: \(Figures.grouped(progress.done)) of \(Figures.grouped(progress.total)) samples"
        ]
        if progress.seconds > 0 {
            parts.append("\(Figures.fixed(Double(progress.captions) / progress.seconds, 1)) captions/s")
        }
        if let left = progress.secondsLeft { parts.append("\(Figures.duration(left)) left") }
        return parts.joined(separator: ", ")
    }

    /// What a file holds, in one line.
    static func line(_ summary: CaptionFeatureSummary) -> String {
        let header = summary.header
        return
            "\(summary.path): \(Figures.grouped(header.captions)) captions in \(Figures.grouped(header.rows)) rows of "
            + "\(header.width) numbers, \(header.type.rawValue), \(Figures.bytes(summary.bytes))"
    }

    /// What a file holds, in a table.
    static func table(_ summary: CaptionFeatureSummary) -> String {
        let header = summary.header
        var table = TextTable()
        table.row("file", "\(summary.path), \(Figures.bytes(summary.bytes)), format \(summary.format)")
        table.row(
            "rows",
            "\(Figures.grouped(header.rows)) of \(header.width) numbers, \(header.type.rawValue)"
        )
        table.row("model", header.model.name)
        for (name, value) in [
            ("model's path", header.model.path), ("adapter", header.model.adapter),
            ("fingerprint", header.model.fingerprint), ("tokenizer", header.model.tokenizer),
            ("encoding", header.model.encoding), ("computed in", header.model.precision),
        ] {
            if let value { table.row(name, value) }
        }
        let ordinals = header.ordinals
        table.row(
            "samples",
            ordinals.isEmpty
                ? "none"
                : "ordinals \(Figures.grouped(ordinals.lowerBound)) to \(Figures.grouped(ordinals.upperBound - 1))"
        )
        if header.parts > 1 { table.row("part", "\(header.part) of \(header.parts)") }
        table.row(
            "data",
            "\(Figures.grouped(header.whole.upperBound)) samples, fingerprint \(header.fingerprint)"
        )
        if header.unreadable > 0 { table.row("unreadable", Figures.grouped(header.unreadable)) }
        var sources = TextTable()
        sources.row("source", "from", "samples", "captions")
        for source in header.sources {
            sources.row(
                source.name,
                source.origin,
                Figures.grouped(source.samples),
                Figures.grouped(source.captions)
            )
        }
        return table.text + "\n\n" + sources.text
    }
}

/// Makes a report of what was counted.
struct DataCheckReportMaker {
    let source: any SampleSource
    let settings: DataCheckSettings
    let selection: SampleSelection
    let countsTokens: Bool

    static let groupLimit = 12
    static let groupExamples = 6
    /// So many samples are looked at for members that stand apart.
    static let splitLimit = 100_000

    func report(_ tally: DataCheckTally, _ marks: SampleMarkTable) throws -> DataCheckReport {
        var report = DataCheckReport()
        report.samples = source.count
        report.examined = tally.examined
        report.isInterrupted = tally.examined < selection.count
        report.bad = tally.bad
        report.maximumBadShare = settings.maximumBadShare
        report.faults = findings(tally.faults) { FaultAdvice.text($0, settings) }
        report.remarks = findings(tally.remarks) { Remark(rawValue: $0)?.advice(settings) ?? "" }
        report.notes = source.notes
        report.fields.suffixes = Self.frequent(source.fieldCounts, 200)
        report.fields.jsonKeys = Self.frequent(tally.jsonKeys, 64)
        report.fields.jsonExamined = tally.jsonExamined
        report.fields.hints = FieldHints(source, tally, settings).texts
        fill(&report.captions, tally)
        fill(&report.images, tally)
        try fillDuplicates(&report, marks)
        if report.duplicates.splitSamples > 0 {
            let kinds = [FaultKind.missingImage.rawValue, FaultKind.missingCaption.rawValue]
            for place in report.faults.indices where kinds.contains(report.faults[place].kind) {
                report.faults[place].advice = FaultAdvice.split
            }
        }
        return report
    }

    private func findings(_ tally: FindingTally, advice: (String) -> String) -> [DataCheckReport.Finding] {
        tally.counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { kind, count in
            DataCheckReport.Finding(
                kind: kind,
                count: count,
                advice: advice(kind),
                examples: (tally.examples[kind] ?? []).map { example(at: $0.place, text: $0.text) }
            )
        }
    }

    private static func frequent(_ counts: [String: Int], _ limit: Int) -> [String: Int] {
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return Dictionary(sorted.prefix(limit).map { (PlainLine.of($0.key), $0.value) }, uniquingKeysWith: +)
    }

    func example(at place: Int, text: String) -> DataCheckReport.Example {
        let index = selection[place]
        let label = source.label(at: index)
        return .init(
            key: PlainLine.of(label.key),
            shard: PlainLine.of(label.shard, limit: 400),
            position: index,
            text: text
        )
    }

    private func fill(_ captions: inout DataCheckReport.Captions, _ tally: DataCheckTally) {
        let names = settings.captions.map { CaptionField($0).description }
        captions.fields = zip(names, tally.fields).map { name, field in
            .init(field: name, present: field.present, blank: field.blank, damaged: field.damaged)
        }
        captions.coverage = FieldCoverage.table(tally.coverage, fields: names)
        captions.words = .init(tally.words, [1, 2, 3, 5, 8, 12, 20, 35, 60, 100])
        let context = settings.contextLength
        if countsTokens {
            let steps = (0..<8).map { max(1, context * $0 / 8 + 1) }
            captions.tokens = .init(tally.tokens, Array(Set(steps + [context + 1])).sorted())
        }
        captions.contextLength = context
        captions.cut = tally.remarks.counts[Remark.cut.rawValue] ?? 0
        captions.oneWord = tally.remarks.counts[Remark.oneWord.rawValue] ?? 0
    }

    private func fill(_ images: inout DataCheckReport.Images, _ tally: DataCheckTally) {
        let size = settings.imageSize
        images.formats = tally.formats
        images.transparent = tally.remarks.counts[Remark.transparent.rawValue] ?? 0
        images.rotated = tally.remarks.counts[Remark.rotated.rawValue] ?? 0
        images.saturated = tally.remarks.counts[Remark.saturated.rawValue] ?? 0
        images.animated = tally.remarks.counts[Remark.animated.rawValue] ?? 0
        images.plain = tally.remarks.counts[Remark.plain.rawValue] ?? 0
        images.enlarged = tally.remarks.counts[Remark.enlarged.rawValue] ?? 0
        images.imageSize = size
        let sides = Set([1, 32, 64, 128, 256, 384, 512, 768, 1024, 2048, size]).sorted()
        images.shortSide = .init(tally.shortSide, sides)
        images.aspect = .init(tally.aspect, [100, 110, 134, 151, 201, 301, 401])
        images.kilopixels = .init(tally.kilopixels, [0, 10, 50, 100, 250, 500, 1000, 2000, 5000, 10000])
        images.bytes = .init(
            tally.bytes,
            [0, 1000, 5000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 5_000_000]
        )
    }
}

import Synchronization

extension DataStatistics {
    /// Looks at the samples of a source, or at `limit` of them spread over the whole.
    ///
    /// - Parameters:
    ///   - source: The samples.
    ///   - captions: Names of caption fields, as in a caption policy.
    ///   - imageFields: Suffixes of the image field.
    ///   - threads: How many threads read; the result does not depend on it.
    ///   - limit: At most so many samples are looked at.
    ///   - countTokens: Counts a caption's tokens.
    ///   - probe: Reads an image's header.
    /// - Throws: `ShardError` when data cannot be read.
    public static func gather(
        _ source: any SampleSource,
        captions: [String] = ["txt"],
        imageFields: [String] = UsualNames.imageFields,
        threads: Int = 2,
        limit: Int? = nil,
        countTokens: (@Sendable (String) -> Int)? = nil,
        probe: (@Sendable (UnsafeRawBufferPointer, ImageWorkspace) throws -> ProbedImage)? = nil
    ) throws -> DataStatistics {
        let examined = min(max(0, limit ?? source.count), source.count)
        let fields = captions.map(CaptionField.init)
        let imageFields = ImageFields.suffixes(imageFields)
        let chunk = 256
        let work = StatisticsWork(fields: captions.count)
        try ParallelLoop.run(count: (examined + chunk - 1) / chunk, threads: threads) { number in
            let workspace = ImageWorkspace()
            var part = StatisticsTally(fields: fields.count)
            for place in number * chunk..<min(examined, (number + 1) * chunk) {
                let index = place * source.count / examined
                try part.addCaptions(of: index, in: source, fields: fields, countTokens: countTokens)
                if let probe {
                    try part.addImage(
                        of: index,
                        in: source,
                        fields: imageFields,
                        workspace: workspace,
                        probe: probe
                    )
                }
            }
            work.merge(part)
        }
        let total = work.total
        return DataStatistics(
            samples: source.count,
            examined: examined,
            fields: source.fieldCounts,
            samplesWithoutCaption: total.samplesWithoutCaption,
            captions: zip(fields, total.fields).map { field, tally in
                Captions(
                    field: field.description,
                    present: tally.present,
                    blank: tally.blank,
                    damaged: tally.damaged,
                    characters: Distribution(tally.characters),
                    words: Distribution(tally.words),
                    tokens: countTokens == nil ? nil : Distribution(tally.tokens)
                )
            },
            coverage: FieldCoverage.table(total.coverage, fields: fields.map(\.description)),
            captionsThatRepeat: total.captions.values.reduce(0) { $0 + ($1.count > 1 ? $1.count : 0) },
            mostRepeated: try total.mostRepeated(10, in: source, fields: fields),
            images: probe == nil
                ? nil
                : Images(
                    formats: total.formats,
                    missing: total.missingImages,
                    unreadable: total.unreadableImages,
                    bytes: Distribution(total.imageBytes),
                    width: Distribution(total.widths),
                    height: Distribution(total.heights),
                    shortSide: Distribution(total.shortSides)
                )
        )
    }
}

/// Collects the parts that threads have counted.
private final class StatisticsWork: Sendable {
    private let tally: Mutex<StatisticsTally>

    init(fields: Int) { tally = Mutex(StatisticsTally(fields: fields)) }

    func merge(_ part: StatisticsTally) { tally.withLock { $0.merge(part) } }

    var total: StatisticsTally { tally.withLock { $0 } }
}

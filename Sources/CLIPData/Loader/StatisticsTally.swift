/// Counts that can be added up in any order.
struct StatisticsTally: Sendable {
    struct Field: Sendable {
        var present = 0
        var blank = 0
        var damaged = 0
        var characters: [Int: Int] = [:]
        var words: [Int: Int] = [:]
        var tokens: [Int: Int] = [:]
    }

    /// How often a caption occurs, and where first.
    struct Occurrence: Sendable {
        var count: Int
        var index: Int
        var field: Int
    }

    var fields: [Field]
    var captions: [UInt64: Occurrence] = [:]
    var samplesWithoutCaption = 0
    /// Samples by the numbers of the fields that they have.
    var coverage: [[Int]: Int] = [:]
    var formats: [String: Int] = [:]
    var missingImages = 0
    var unreadableImages = 0
    var imageBytes: [Int: Int] = [:]
    var widths: [Int: Int] = [:]
    var heights: [Int: Int] = [:]
    var shortSides: [Int: Int] = [:]

    init(fields: Int) {
        self.fields = Array(repeating: Field(), count: fields)
    }

    mutating func addCaptions(
        of index: Int,
        in source: any SampleSource,
        fields names: [CaptionField],
        countTokens: ((String) -> Int)?
    ) throws {
        var found: [Int] = []
        for (number, name) in names.enumerated() {
            let text: String?
            do {
                text = try CaptionReader.text(of: name, at: index, in: source)
            } catch is SampleProblem {
                fields[number].damaged += 1
                continue
            }
            guard let text else { continue }
            if text.isEmpty {
                fields[number].blank += 1
                continue
            }
            found.append(number)
            fields[number].present += 1
            fields[number].characters[text.count, default: 0] += 1
            fields[number].words[text.split(whereSeparator: \.isWhitespace).count, default: 0] += 1
            if let countTokens { fields[number].tokens[countTokens(text), default: 0] += 1 }
            captions[CaptionKey.of(text), default: Occurrence(count: 0, index: index, field: number)].count +=
                1
        }
        coverage[found, default: 0] += 1
        if found.isEmpty { samplesWithoutCaption += 1 }
    }

    mutating func addImage(
        of index: Int,
        in source: any SampleSource,
        fields: [String],
        workspace: ImageWorkspace,
        probe: (UnsafeRawBufferPointer, ImageWorkspace) throws -> ProbedImage
    ) throws {
        var found: FieldBytes?
        do {
            found = try source.image(fields, at: index)
        } catch is SampleProblem {
            // Its file cannot be read.
            found = nil
        }
        guard let field = found else {
            missingImages += 1
            return
        }
        imageBytes[field.count, default: 0] += 1
        guard let image = try? field.withUnsafeBytes({ try probe($0, workspace) }) else {
            unreadableImages += 1
            return
        }
        formats[image.format, default: 0] += 1
        widths[image.width, default: 0] += 1
        heights[image.height, default: 0] += 1
        shortSides[min(image.width, image.height), default: 0] += 1
    }

    mutating func merge(_ other: StatisticsTally) {
        for number in fields.indices {
            let part = other.fields[number]
            fields[number].present += part.present
            fields[number].blank += part.blank
            fields[number].damaged += part.damaged
            fields[number].characters.merge(part.characters, uniquingKeysWith: +)
            fields[number].words.merge(part.words, uniquingKeysWith: +)
            fields[number].tokens.merge(part.tokens, uniquingKeysWith: +)
        }
        captions.merge(other.captions) { first, second in
            let earlier = (first.index, first.field) < (second.index, second.field) ? first : second
            return Occurrence(count: first.count + second.count, index: earlier.index, field: earlier.field)
        }
        samplesWithoutCaption += other.samplesWithoutCaption
        coverage.merge(other.coverage, uniquingKeysWith: +)
        formats.merge(other.formats, uniquingKeysWith: +)
        missingImages += other.missingImages
        unreadableImages += other.unreadableImages
        imageBytes.merge(other.imageBytes, uniquingKeysWith: +)
        widths.merge(other.widths, uniquingKeysWith: +)
        heights.merge(other.heights, uniquingKeysWith: +)
        shortSides.merge(other.shortSides, uniquingKeysWith: +)
    }

    /// The captions that occur most often, at least twice.
    func mostRepeated(
        _ limit: Int,
        in source: any SampleSource,
        fields: [CaptionField]
    ) throws -> [DataStatistics.RepeatedCaption] {
        let repeated = captions.values.filter { $0.count > 1 }.sorted {
            ($1.count, $0.index, $0.field) < ($0.count, $1.index, $1.field)
        }
        return try repeated.prefix(limit).map { occurrence in
            let text = try CaptionReader.text(of: fields[occurrence.field], at: occurrence.index, in: source)
            return DataStatistics.RepeatedCaption(
                text: PlainLine.of(text ?? "", limit: 400),
                count: occurrence.count
            )
        }
    }
}

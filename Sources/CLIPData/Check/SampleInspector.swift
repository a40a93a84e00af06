import Foundation
import RemoteFiles

/// Looks at one sample after the other as training would, and counts what it sees.
struct SampleInspector {
    let source: any SampleSource
    let settings: DataCheckSettings
    let countTokens: (@Sendable (String) -> Int)?
    let fields: [CaptionField]
    private let decoder: ImageDecoder
    private let transform: EvaluationTransform
    private let workspace = ImageWorkspace()
    var tally: DataCheckTally

    /// Keys of `.json` fields are looked for in so many samples.
    static let jsonLimit = 10_000

    init(
        source: any SampleSource,
        settings: DataCheckSettings,
        countTokens: (@Sendable (String) -> Int)?
    ) {
        self.source = source
        self.settings = settings
        self.countTokens = countTokens
        fields = settings.captions.map(CaptionField.init)
        decoder = ImageDecoder(maxPixels: settings.maximumPixels)
        transform = EvaluationTransform(height: settings.imageSize, width: settings.imageSize)
        tally = DataCheckTally(fields: fields.count)
    }

    /// Reads a sample.
    ///
    /// - Throws: `ShardError` when the data itself cannot be read.
    mutating func inspect(place: Int, index: Int) throws -> SampleMarks {
        var marks = SampleMarks()
        marks.key = Self.nonzero(StableHash.of(source.label(at: index).key))
        tally.examined += 1
        var isBad = false
        let caption = try problem(at: place) { inspector in
            try inspector.caption(of: index, place: place)
        }
        if let caption { marks.caption = Self.nonzero(CaptionKey.of(caption)) } else { isBad = true }
        let image: Void? = try problem(at: place) { inspector in
            try inspector.inspectImage(of: index, place: place, &marks)
        }
        if image == nil { isBad = true }
        if isBad { tally.bad += 1 }
        if place < Self.jsonLimit { try countKeys(of: index) }
        return marks
    }

    /// Runs a part of the inspection and counts what makes the sample bad, by the trainer's rules.
    private mutating func problem<Value>(
        at place: Int,
        _ body: (inout SampleInspector) throws -> Value
    ) throws -> Value? {
        do {
            return try body(&self)
        } catch let error as ShardError {
            throw error
        } catch let error as CaptionFileError {
            throw error
        } catch let error as ImageDecodeError {
            tally.faults.add(error.kind, place, error.description)
        } catch let error as any SampleFaultError {
            tally.faults.add(error.faultKind.rawValue, place, String(describing: error))
        } catch {
            tally.faults.add(FaultKind.damagedField.rawValue, place, String(describing: error))
        }
        return nil
    }

    static func nonzero(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }

    /// Counts the keys under which the sample's `.json` has strings; odd ones are left out, for memory's sake.
    private mutating func countKeys(of index: Int) throws {
        guard let field = try source.field("json", at: index), field.count < 1 << 20 else { return }
        let object = field.withUnsafeBytes { try? JSONSerialization.jsonObject(with: Data($0)) }
        tally.jsonExamined += 1
        guard let object = object as? [String: Any] else { return }
        let keys = object.filter { $0.value is String && $0.key.utf8.count <= 64 }.keys
        for key in keys.sorted().prefix(64) { tally.jsonKeys[key, default: 0] += 1 }
    }
}

extension SampleInspector {
    fileprivate mutating func inspectImage(of index: Int, place: Int, _ marks: inout SampleMarks) throws {
        var found: FieldBytes?
        for suffix in settings.imageFields where found == nil {
            found = try source.field(suffix, at: index)
        }
        guard let found else {
            throw SampleProblem(
                kind: .missingImage,
                reason: "no " + settings.imageFields.map { "'\($0)'" }.joined(separator: " or ")
            )
        }
        try found.withUnsafeBytes { try inspectImage($0, place: place, &marks) }
    }

    private mutating func inspectImage(
        _ encoded: UnsafeRawBufferPointer,
        place: Int,
        _ marks: inout SampleMarks
    ) throws {
        let header = try decoder.header(of: encoded, workspace: workspace)
        let (width, height) = (header.width, header.height)
        guard transform.scaledSize(width: width, height: height) != nil else {
            throw ImageDecodeError.extremeShape(width: width, height: height)
        }
        let decoded = try decoder.read(header, reduction: 1, workspace: workspace)
        let size = "\(width)×\(height)"
        let short = min(width, height), long = max(width, height)
        tally.formats[header.format.rawValue, default: 0] += 1
        tally.bytes.add(encoded.count)
        tally.shortSide.add(short)
        tally.aspect.add(long * 100 / short)
        tally.kilopixels.add((width * height + 500) / 1000)
        if short < settings.imageSize { tally.remarks.add(Remark.enlarged.rawValue, place, size) }
        if long > 4 * short { tally.remarks.add(Remark.long.rawValue, place, size) }
        if header.isAnimated { tally.remarks.add(Remark.animated.rawValue, place, header.format.rawValue) }
        if ImageTransparency.isDeclared(encoded, header.format) {
            tally.remarks.add(Remark.transparent.rawValue, place, header.format.rawValue)
        }

        marks.bytes = Self.nonzero(ContentHash.of(encoded))
        let pixels = UnsafeRawBufferPointer(start: decoded.pixels, count: width * height * 3)
        marks.pixels = Self.nonzero(ContentHash.of(pixels, seed: UInt64(width)))
        if let look = PerceptualHash.of(decoded, workspace: workspace) {
            (marks.look, marks.hasLook) = (look, true)
        } else {
            tally.remarks.add(Remark.plain.rawValue, place, size)
        }
    }

    /// The sample's caption: the first usable one.
    fileprivate mutating func caption(of index: Int, place: Int) throws -> String {
        var present: [Int] = []
        var isBlank = false
        var damage: SampleProblem?
        var chosen: (field: Int, text: String)?
        for (number, field) in fields.enumerated() {
            do {
                guard let text = try CaptionReader.text(of: field, at: index, in: source) else { continue }
                if text.isEmpty {
                    tally.fields[number].blank += 1
                    isBlank = true
                    continue
                }
                tally.fields[number].present += 1
                present.append(number)
                // Training reads the fields in order and stops at one that is damaged.
                if chosen == nil, damage == nil { chosen = (number, text) }
            } catch let error as SampleProblem {
                tally.fields[number].damaged += 1
                damage = damage ?? error
            }
        }
        tally.coverage[present, default: 0] += 1
        guard let chosen else {
            if let damage { throw damage }
            let names = fields.map { "'\($0)'" }.joined(separator: " or ")
            throw isBlank
                ? SampleProblem(kind: .emptyCaption, reason: "\(names) is blank")
                : SampleProblem(kind: .missingCaption, reason: "no \(names)")
        }
        try inspectCaption(chosen.text, field: fields[chosen.field], index: index, place: place)
        return chosen.text
    }

    private mutating func inspectCaption(_ text: String, field: CaptionField, index: Int, place: Int) throws {
        let words = text.split(whereSeparator: \.isWhitespace).count
        let traits = CaptionTraits(text)
        if let countTokens {
            let tokens = countTokens(text)
            guard tokens > 0 else {
                throw SampleProblem(kind: .noTokens, reason: "the tokenizer made nothing of its caption")
            }
            tally.tokens.add(tokens + 2)
            if tokens + 2 > settings.contextLength { tally.remarks.add(Remark.cut.rawValue, place, text) }
        }
        tally.words.add(words)
        if words == 1 { tally.remarks.add(Remark.oneWord.rawValue, place, text) }
        if traits.hasMarkup { tally.remarks.add(Remark.markup.rawValue, place, text) }
        if traits.hasAddress { tally.remarks.add(Remark.address.rawValue, place, text) }
        if traits.isMostlyReplaced { tally.remarks.add(Remark.replaced.rawValue, place, text) }
        if traits.hasReplaced, try !isUTF8(field, index) {
            tally.remarks.add(Remark.notUTF8.rawValue, place, text)
        }
    }

    private func isUTF8(_ field: CaptionField, _ index: Int) throws -> Bool {
        guard let bytes = try source.field(field.suffix, at: index) else { return true }
        return bytes.withUnsafeBytes { String(validating: $0, as: UTF8.self) != nil }
    }
}

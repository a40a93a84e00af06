/// Looks at one sample after the other as training would, and counts what it sees.
struct SampleInspector {
    let source: any SampleSource
    let settings: DataCheckSettings
    let countTokens: (@Sendable (String) -> Int)?
    let fields: [CaptionField]
    let decoder: ImageDecoder
    let transform: EvaluationTransform
    let workspace = ImageWorkspace()
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
        decoder = settings.decoder
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
        tally.jsonExamined += 1
        guard let members = try? field.members() else { return }
        var keys: Set<String> = []
        for (name, value) in members where name.utf8.count <= 64 {
            // Of names that come twice the last counts.
            if case .string = value { keys.insert(name) } else { keys.remove(name) }
        }
        for key in keys.sorted().prefix(64) { tally.jsonKeys[key, default: 0] += 1 }
    }
}

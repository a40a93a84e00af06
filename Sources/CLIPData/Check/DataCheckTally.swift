/// What was counted on samples; parts may be added up in any order.
struct DataCheckTally: Sendable {
    struct Field: Sendable {
        var present = 0
        var blank = 0
        var damaged = 0
    }

    var examined = 0
    var bad = 0
    var faults = FindingTally()
    var remarks = FindingTally()
    var fields: [Field]
    var coverage: [[Int]: Int] = [:]
    var jsonKeys: [String: Int] = [:]
    var jsonExamined = 0
    var words = CoarseHistogram()
    var tokens = CoarseHistogram()
    var formats: [String: Int] = [:]
    var shortSide = CoarseHistogram()
    var aspect = CoarseHistogram()
    var kilopixels = CoarseHistogram()
    var bytes = CoarseHistogram()

    init(fields: Int) {
        self.fields = Array(repeating: Field(), count: fields)
    }

    mutating func merge(_ other: DataCheckTally) {
        examined += other.examined
        bad += other.bad
        faults.merge(other.faults)
        remarks.merge(other.remarks)
        for number in fields.indices {
            fields[number].present += other.fields[number].present
            fields[number].blank += other.fields[number].blank
            fields[number].damaged += other.fields[number].damaged
        }
        coverage.merge(other.coverage, uniquingKeysWith: +)
        jsonKeys.merge(other.jsonKeys, uniquingKeysWith: +)
        jsonExamined += other.jsonExamined
        words.merge(other.words)
        tokens.merge(other.tokens)
        formats.merge(other.formats, uniquingKeysWith: +)
        shortSide.merge(other.shortSide)
        aspect.merge(other.aspect)
        kilopixels.merge(other.kilopixels)
        bytes.merge(other.bytes)
    }
}

public import RemoteFiles

/// Two captions of each sample, from one field each: what an evaluation of captions compares.
public struct CaptionPairList: Sendable {
    /// The texts of each field, in the order of the samples.
    public private(set) var first: [String] = []
    /// The texts of the other field.
    public private(set) var second: [String] = []
    /// The samples without one of the two.
    public private(set) var faults = FaultTable()

    /// Reads the first text that is not blank of both fields of each sample; no picture is read.
    ///
    /// - Parameter stop: Ends the reading.
    /// - Throws: `ShardError`, also where no sample has one of the fields; what `stop` throws.
    public init(
        _ source: any SampleSource,
        _ fields: (first: CaptionField, second: CaptionField),
        stop: StopSignal? = nil
    ) throws {
        for field in [fields.first, fields.second] { try source.requireCaptions([field]) }
        let source = stop.map { source.stoppable(by: $0) } ?? source
        for index in 0..<source.count {
            if index % 256 == 0 { try stop?.check() }
            do {
                let pair = try (text(fields.first, index, source), text(fields.second, index, source))
                first.append(pair.0)
                second.append(pair.1)
            } catch let problem as SampleProblem {
                faults.add(
                    SampleFault(
                        kind: problem.kind,
                        label: source.label(at: index),
                        ordinal: source.ordinal(at: index),
                        position: index,
                        reason: problem.reason
                    )
                )
            }
        }
    }

    private func text(_ field: CaptionField, _ index: Int, _ source: any SampleSource) throws -> String {
        guard let text = try CaptionReader.text(of: field, at: index, in: source) else {
            throw SampleProblem(kind: .missingCaption, reason: "no '\(field)'")
        }
        guard !text.isEmpty else {
            throw SampleProblem(kind: .emptyCaption, reason: "'\(field)' is blank")
        }
        return text
    }
}

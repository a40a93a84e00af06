/// Values by name at one step, as of an evaluation; one line of `metrics.jsonl`, such as
/// `{"eval/acc1": 0.3, "stage": 0, "step": 100}`.
public struct NamedMetrics: Encodable, Equatable, Sendable {
    /// Optimizer steps done.
    public var step: Int
    /// Number of the stage, from 0.
    public var stage: Int
    /// Values by their full names.
    public var values: [String: Double]

    /// Makes the values of one step.
    public init(step: Int, stage: Int = 0, values: [String: Double]) {
        self.step = step
        self.stage = stage
        self.values = values
    }

    /// Writes the values beside the step, in one flat object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(step, forKey: Key(stringValue: "step"))
        try container.encode(stage, forKey: Key(stringValue: "stage"))
        for (name, value) in values { try container.encode(value, forKey: Key(stringValue: name)) }
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

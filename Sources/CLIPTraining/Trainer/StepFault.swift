public import CLIPData

/// A bad sample and the step in whose batch another one stands in for it; one line of `faults.jsonl`.
public struct StepFault: Encodable, Sendable {
    /// Optimizer steps done with that one.
    public var step: Int
    /// Number of the stage, from 0.
    public var stage: Int
    /// The sample, and what is wrong with it.
    public var fault: SampleFault

    private enum CodingKeys: String, CodingKey {
        case step, stage, kind, key, shard, ordinal, position, reason
    }

    /// Writes one flat object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(step, forKey: .step)
        try container.encode(stage, forKey: .stage)
        try container.encode(fault.kind.rawValue, forKey: .kind)
        try container.encode(fault.label.key, forKey: .key)
        try container.encode(fault.label.shard, forKey: .shard)
        try container.encode(fault.ordinal, forKey: .ordinal)
        try container.encode(fault.position, forKey: .position)
        try container.encode(fault.reason, forKey: .reason)
    }
}

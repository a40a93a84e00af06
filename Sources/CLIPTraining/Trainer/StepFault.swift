import CLIPData

/// A bad sample and the step in whose batch another one stands in for it; one line of `faults.jsonl`.
struct StepFault: Encodable, Sendable {
    var step: Int
    var fault: SampleFault

    private enum CodingKeys: String, CodingKey {
        case step, kind, key, shard, ordinal, position, reason
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(step, forKey: .step)
        try container.encode(fault.kind.rawValue, forKey: .kind)
        try container.encode(fault.label.key, forKey: .key)
        try container.encode(fault.label.shard, forKey: .shard)
        try container.encode(fault.ordinal, forKey: .ordinal)
        try container.encode(fault.position, forKey: .position)
        try container.encode(fault.reason, forKey: .reason)
    }
}

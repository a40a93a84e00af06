import CLIPObjectives
import Torch
import TorchDistributed

extension MetricVector {
    /// The figures, and the model's own losses as `auxiliary/…`: means over the global batch.
    func adding(_ losses: [String: Tensor], over collective: any Collective) throws -> MetricVector {
        guard !losses.isEmpty else { return self }
        let sorted = losses.sorted { $0.key < $1.key }
        return try withoutGradient {
            let local = try Tensor.stack(sorted.map { try $0.value.to(values.dtype) })
            let means = try collective.sum(local) * (1 / Double(collective.count))
            return MetricVector(
                names: names + sorted.map { "auxiliary/\($0.key)" },
                values: try Tensor.concatenate([values, means])
            )
        }
    }
}

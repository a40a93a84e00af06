import CLIPObjectives
import Torch

/// Sums metrics on the device, so that a step never waits for their values.
struct MetricAccumulator {
    private var names: [String] = []
    private var sum: Tensor?
    private var count = 0

    mutating func add(_ metrics: MetricVector) throws {
        names = metrics.names
        if let sum {
            try sum.add(metrics.values)
        } else {
            sum = try metrics.values.cloned()
        }
        count += 1
    }

    /// The sum of one of the metrics since the last call of `take`; nil where there is none. Waits for the device.
    func sum(of name: String) throws -> Double? {
        guard let sum, count > 0, let place = names.firstIndex(of: name) else { return nil }
        return try sum.scalars(as: Double.self)[place]
    }

    /// The means since the last call. Waits for the device.
    mutating func take() throws -> [String: Double] {
        guard let sum, count > 0 else { return [:] }
        let values: [Double] = try sum.scalars()
        defer {
            self.sum = nil
            count = 0
        }
        return Dictionary(uniqueKeysWithValues: zip(names, values.map { $0 / Double(count) }))
    }
}

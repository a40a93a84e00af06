public import Torch
public import TorchNN

/// A slowly following copy of a model's parameters: a ← a + (1 − decay)·(θ − a).
///
/// Averages of bfloat16 parameters are float32, or they would stop following.
public final class ExponentialMovingAverage {
    /// How much of the average survives an update.
    public var decay: Double
    private let followed: [(name: String, value: Tensor, average: Tensor, isTrainable: Bool)]
    /// The model's own values of the parameters that cannot hold their averages exactly, while the others are exchanged.
    private var parked: [(value: Tensor, own: Tensor)]?

    /// Starts as a copy of the values.
    ///
    /// - Throws: ``OptimizerError`` when the decay lies outside of 0...1.
    public init(_ entries: [ParameterStore.Entry], decay: Double) throws {
        guard (0...1).contains(decay) else {
            throw OptimizerError.setting("the average's decay", found: decay, expected: "from 0 to 1")
        }
        self.decay = decay
        followed = try withoutGradient {
            try entries.map { entry in
                let copy = try entry.tensor.detached().cloned()
                let average = copy.dtype == .bfloat16 ? try copy.to(.float32) : copy
                return (entry.name, entry.tensor, average, entry.isTrainable)
            }
        }
    }

    /// The averages by name; buffers among them.
    public var averages: [String: Tensor] {
        Dictionary(uniqueKeysWithValues: followed.map { ($0.name, $0.average) })
    }

    /// Follows the parameters by one step; buffers are copied.
    public func update() throws {
        try withoutGradient {
            let trained = followed.filter(\.isTrainable)
            try TensorLists.interpolate(
                trained.map(\.average),
                to: trained.map(\.value),
                weight: 1 - decay
            )
            for entry in followed where !entry.isTrainable { try entry.average.copy(from: entry.value) }
        }
    }

    /// Exchanges the model's values and the averages, in place; a second call puts them back.
    ///
    /// The averages of narrower parameters stay as they are meanwhile, and the model gets them rounded to nearest.
    public func exchange() throws {
        try withoutGradient {
            for entry in followed where entry.value.dtype == entry.average.dtype {
                let value = try entry.value.detached().cloned()
                try entry.value.copy(from: entry.average)
                try entry.average.copy(from: value)
            }
            if let parked {
                for entry in parked { try entry.value.copy(from: entry.own) }
                self.parked = nil
            } else {
                let narrow = followed.filter { $0.value.dtype != $0.average.dtype }
                parked = try narrow.map { ($0.value, try $0.value.detached().cloned()) }
                for entry in narrow { try entry.value.copy(from: entry.average) }
            }
        }
    }

    /// Runs `body` with the averages in the model, and puts the model's own values back.
    public func withAverages<R>(_ body: () throws -> R) throws -> R {
        try exchange()
        let result = Result { try body() }
        try exchange()
        return try result.get()
    }

    /// Copies of the averages.
    public func snapshot() throws -> [String: Tensor] {
        try copies(of: followed.map { ($0.name, $0.average) })
    }

    /// Continues from a snapshot.
    ///
    /// - Throws: ``OptimizerError`` when it belongs to other parameters; nothing changes then.
    public func restore(_ tensors: [String: Tensor]) throws {
        try restoreTensors(tensors, into: followed.map { ($0.name, $0.average) })
    }
}

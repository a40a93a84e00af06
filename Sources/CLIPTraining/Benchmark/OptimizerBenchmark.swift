public import Torch
import TorchNN
import TorchOptim

/// Times the optimizer's step alone, on square matrices with random gradients, and counts what it keeps.
public struct OptimizerBenchmark {
    /// The update rule.
    public var kind: Recipe.Optimizer.Kind
    /// How weights and moments are kept.
    public var storage: Recipe.Storage
    /// How many matrices, and their side.
    public var matrices, width: Int
    /// Timed steps.
    public var steps: Int
    /// Where to compute.
    public var device: Device

    /// Describes a benchmark.
    public init(
        kind: Recipe.Optimizer.Kind,
        storage: Recipe.Storage = .init(),
        matrices: Int = 8,
        width: Int = 1024,
        steps: Int = 20,
        device: Device = .cpu
    ) {
        self.kind = kind
        self.storage = storage
        self.matrices = matrices
        self.width = width
        self.steps = steps
        self.device = device
    }

    /// Runs two steps that do not count, and then the timed ones.
    ///
    /// - Throws: ``BenchmarkError`` for settings out of range; `TorchError` from the engine.
    public func run() throws -> OptimizerBenchmarkReport {
        try BenchmarkError.check("the number of matrices", matrices, 1...1 << 12)
        try BenchmarkError.check("the width of a matrix", width, 1...1 << 14)
        try BenchmarkError.check("the number of steps", steps, 1...1 << 20)
        var recipe = Recipe()
        recipe.optimizer.kind = kind
        recipe.storage = storage
        let store = ParameterStore(.initialize(seed: 1), on: device, type: storage.weightType)
        for index in 0..<matrices {
            _ = try (store.root / "layers" / index)
                .parameter("weight", shape: [width, width], .normal(deviation: 0.02))
        }
        let optimizer = try recipe.makeOptimizer(store.trainable, among: store.trainable.map(\.name))
        let generator = try RandomGenerator(seed: 2)
        for entry in store.entries {
            let gradient = try Tensor.empty(entry.tensor.shape)
            try generator.fillNormal(gradient, deviation: 1e-3)
            try entry.tensor.setGradient(gradient.to(entry.tensor.dtype, on: device))
        }
        var seconds: [Double] = []
        for _ in 0..<steps + 2 {
            try device.synchronize()
            let start = ContinuousClock.now
            try optimizer.step(
                learningRate: 1e-4,
                divisor: .ones([], on: device),
                skip: .zeros([], on: device)
            )
            try device.synchronize()
            seconds.append(start.secondsSince)
        }
        let timed = Array(seconds[2...])
        let state = try optimizer.snapshot().tensors.values
        func bytes(_ tensors: some Sequence<Tensor>) -> Double {
            Double(tensors.reduce(0) { $0 + $1.count * $1.dtype.byteCount }) / Double(store.parameterCount)
        }
        return OptimizerBenchmarkReport(
            kind: kind.rawValue,
            moments: storage.moments.rawValue,
            weights: storage.weights.rawValue,
            device: device.description,
            threads: Runtime.threadCount,
            parameters: store.parameterCount,
            momentBytesPerParameter: bytes(state),
            weightBytesPerParameter: bytes(store.trainable.map(\.tensor)),
            gradientBytesPerParameter: bytes(optimizer.gradients()),
            medianSeconds: timed.median,
            secondsPerStep: timed
        )
    }
}

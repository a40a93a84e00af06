public import CLIPModels
public import Torch

/// Times the linear layers of a model's blocks alone, forward and backward, on random numbers: what a step's matrix
/// products take where nothing else costs anything.
public struct LinearBenchmark {
    /// The model.
    public var configuration: ModelConfiguration
    /// Pairs in a step; texts fill the context.
    public var batch: Int
    /// What is multiplied.
    public var precision: Recipe.Precision
    /// How often all layers are timed; the fastest of each counts.
    public var rounds: Int
    /// Where to compute.
    public var device: Device

    /// Describes a benchmark.
    public init(
        configuration: ModelConfiguration,
        batch: Int,
        precision: Recipe.Precision,
        rounds: Int = 5,
        device: Device = .cpu
    ) {
        self.configuration = configuration
        self.batch = batch
        self.precision = precision
        self.rounds = rounds
        self.device = device
    }

    /// Runs the products of each layer's output and of both its gradients.
    ///
    /// - Throws: ``BenchmarkError`` for settings out of range; `TorchError` from the engine.
    public func run() throws -> LinearBenchmarkReport {
        try BenchmarkError.check("the batch size", batch, 1...1 << 20)
        try BenchmarkError.check("the number of rounds", rounds, 1...1 << 16)
        let texts = TokenLengths(configuration.text.kind.contextLength ?? 0)
        let towers = [configuration.vision.workload(keeping: .none), configuration.text.workload(of: texts)]
        var (seconds, products) = (0.0, 0.0)
        for tower in towers.compactMap(\.self) {
            let (width, hidden, rows) = (tower.width, tower.mlpWidth, batch * tower.tokens.maximum)
            for (input, output) in [(width, 3 * width), (width, width), (width, hidden), (hidden, width)] {
                seconds += Double(tower.layers) * (try time(rows, input, output))
            }
            products += Double(tower.layers * tower.blockWeights) * 3 * Double(rows)
        }
        return LinearBenchmarkReport(
            batch: batch,
            precision: precision.rawValue,
            device: device.description,
            threads: Runtime.threadCount,
            imageSize: configuration.vision.imageSize,
            contextLength: configuration.text.kind.contextLength,
            seconds: seconds,
            gigaflopsPerSecond: seconds > 0 ? 2 * products / seconds / 1e9 : 0
        )
    }

    /// The fastest round of one layer, without the first, which warms up.
    private func time(_ rows: Int, _ input: Int, _ output: Int) throws -> Double {
        let generator = try RandomGenerator(seed: 3)
        let (x, weight, gradient) = (
            try normal([rows, input], generator), try normal([output, input], generator),
            try normal([rows, output], generator)
        )
        var best = Double.infinity
        for round in 0...rounds {
            try device.synchronize()
            let start = ContinuousClock.now
            _ = try x.linear(weight, nil)
            _ = try gradient.matmul(weight)
            _ = try gradient.transposed().matmul(x)
            try device.synchronize()
            if round > 0 { best = min(best, start.secondsSince) }
        }
        return best
    }

    private func normal(_ shape: [Int], _ generator: RandomGenerator) throws -> Tensor {
        let tensor = try Tensor.empty(shape)
        try generator.fillNormal(tensor)
        return try tensor.to(precision.type(on: device), on: device)
    }
}

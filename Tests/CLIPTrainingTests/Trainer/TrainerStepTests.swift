import CLIPData
import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN
import TorchOptim

@testable import CLIPTraining

@Suite struct TrainerStepTests {
    static let settings = [
        "optimizer.epsilon=1e-4", "optimizer.gradientClipNorm=0.5", "optimizer.weightDecay=0.3",
        "optimizer.betas=[0.8, 0.9]", "temperature.learningRate=1e-2", "ema={decay: 0.75}",
        "schedule.warmup=3 steps",
    ]

    /// Three steps beside CLIP's loss through automatic differentiation and AdamW's formulas.
    @Test func matchesThePlainFormulas() throws {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer(Self.settings)
        let other = try fixture.trainer(Self.settings)
        defer {
            trainer.loader.shutdown()
            other.loader.shutdown()
        }
        var reference = try PlainTraining(other.model)
        for step in 0..<3 {
            try trainer.step()
            let batch = try DeviceBatch(
                #require(try other.loader.next()),
                on: .cpu,
                epochLength: other.loader.epochLength
            )
            let loss = try reference.step(batch, learningRate: 3e-3 * Double(step + 1) / 3)
            let (means, norm) = try trainer.takeMetrics()
            #expect(abs((means["loss"] ?? 0) - loss) < 1e-5)
            #expect(abs((norm ?? 0) - reference.gradientNorm) < 1e-4 * reference.gradientNorm)
            #expect(reference.gradientNorm > 0.5, "clipping is to be seen")
        }
        let averages = try #require(trainer.average?.averages)
        for entry in trainer.model.parameters.entries {
            let expected = try #require(other.model.parameters[entry.name])
            #expect(try largestDifference(entry.tensor, expected) < 3e-6, "\(entry.name)")
            let average = try #require(averages[entry.name]),
                wanted = try #require(reference.averages[entry.name])
            #expect(try largestDifference(average, wanted) < 3e-6, "average of \(entry.name)")
        }
        #expect(trainer.position.step == 3)
        #expect(trainer.position.samples == 24)
        #expect(trainer.position.dataPosition == 24)
    }

    private func largestDifference(_ first: Tensor, _ second: Tensor) throws -> Double {
        try withoutGradient { try (first - second).abs().maximum().item() }
    }

    /// Live tensors are counted for the whole process.
    @Test func leavesNoTensorsBehind() async {
        await #expect(processExitsWith: .success) {
            let before = Tensor.liveCount
            do {
                let fixture = try TrainingFixture()
                let trainer = try fixture.trainer(
                    Self.settings + ["objective.maskEqualCaptions=true"]
                )
                func steps(_ count: Int) throws -> Int {
                    for _ in 0..<count { try trainer.step() }
                    _ = try trainer.takeMetrics()
                    return Tensor.liveCount
                }
                let live = try steps(3)
                #expect(try steps(3) == live)
                #expect(try steps(1) == live)

                // A step that fails in the middle of a tower.
                trainer.model.computeType = .int64
                #expect(throws: TorchError.self) { try trainer.step() }
                #expect(Tensor.liveCount <= live)
                trainer.model.computeType = .float32
                #expect(try steps(1) == live)
                trainer.loader.shutdown()
                #expect(throws: (any Error).self) { try trainer.step() }
                #expect(Tensor.liveCount <= live)
            }
            #expect(Tensor.liveCount == before)
        }
    }
}

/// CLIP's symmetric cross-entropy and AdamW, written down as in their papers.
private struct PlainTraining {
    let model: any ImageTextModel
    private(set) var gradientNorm = 0.0
    private(set) var averages: [String: Tensor] = [:]
    private var moments: [String: (first: Tensor, second: Tensor)] = [:]
    private var count = 0.0

    init(_ model: any ImageTextModel) throws {
        self.model = model
        try withoutGradient {
            for entry in model.parameters.entries {
                averages[entry.name] = try entry.tensor.detached().cloned()
                moments[entry.name] = (try .zeros(entry.tensor.shape), try .zeros(entry.tensor.shape))
            }
        }
    }

    /// Returns the loss.
    mutating func step(_ batch: DeviceBatch, learningRate: Double) throws -> Double {
        let logits =
            try model.imageFeatures(batch.input.images)
            .matmul(model.textFeatures(batch.input.texts).transposed())
            * model.logitScale.exp()
        let likelihood =
            try logits.logSoftmax(dim: 1).diagonal().mean() + logits.logSoftmax(dim: 0).diagonal().mean()
        let loss = try likelihood * -0.5
        try backward([(loss, .ones([]))])
        try withoutGradient { try update(learningRate) }
        return try loss.item()
    }

    private mutating func update(_ learningRate: Double) throws {
        count += 1
        let gradients = try model.parameters.entries.map { try #require($0.tensor.gradient).cloned() }
        gradientNorm = try gradients.reduce(0) { try $0 + $1.squared().sum().item() }.squareRoot()
        for (entry, gradient) in zip(model.parameters.entries, gradients) {
            let (name, weight) = (entry.name, entry.tensor)
            let g = try gradient * min(1, 0.5 / gradientNorm)
            let old = try #require(moments[name])
            let first = try old.first * 0.8 + g * 0.2
            let second = try old.second * 0.9 + g.squared() * 0.1
            moments[name] = (first, second)
            let rate = name == "logit_scale" ? learningRate / 3e-3 * 1e-2 : learningRate
            let decays = weight.rank >= 2 && !name.hasSuffix("positional_embedding")
            let decayed = try weight * (decays ? 1 - rate * 0.3 : 1)
            let (firstScale, secondScale) = (1 - pow(0.8, count), 1 - pow(0.9, count))
            let direction = try (first / firstScale) / ((second / secondScale).sqrt() + 1e-4)
            try weight.copy(from: decayed - direction * rate)
            if name == "logit_scale" { try weight.clamp(to: 0...log(100)) }
            try weight.setGradient(nil)
            averages[name] = try #require(averages[name]) * 0.75 + weight * 0.25
        }
    }
}

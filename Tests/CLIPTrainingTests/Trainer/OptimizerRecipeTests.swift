import CLIPData
import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN
import TorchOptim

@testable import CLIPTraining

@Suite struct OptimizerRecipeTests {
    private func groups(_ overrides: [String]) throws -> [ParameterGroup] {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer(overrides)
        trainer.loader.shutdown()
        return trainer.optimizer.groups
    }

    private func group(of name: String, _ overrides: [String]) throws -> ParameterGroup {
        try #require(try groups(overrides).first { $0.names.contains(name) })
    }

    @Test func kindsAreMade() throws {
        let fixture = try TrainingFixture()
        func optimizer(_ overrides: [String]) throws -> any Optimizer {
            let trainer = try fixture.trainer(overrides)
            trainer.loader.shutdown()
            return trainer.optimizer
        }
        let lamb = try optimizer([
            "optimizer={kind: lamb, betas: [0.8, 0.9], epsilon: 1e-3, weightDecay: 0.1}"
        ])
        #expect(
            (lamb as? LAMB)?.options
                == LAMBOptions(beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.1)
        )
        let lion = try optimizer(["optimizer={kind: lion, decayGroups: legacy}"])
        #expect(
            (lion as? Lion)?.options
                == LionOptions(beta1: 0.9, beta2: 0.98, weightDecay: 0.2, decayRule: .legacy)
        )
        let sgd = try optimizer(["optimizer={kind: sgd, momentum: 0.5, nesterov: true, weightDecay: 0}"])
        #expect((sgd as? SGD)?.options == SGDOptions(momentum: 0.5, nesterov: true))
        let temperature = try #require(sgd.groups.first { $0.names == ["logit_scale"] })
        #expect(!temperature.settings.hasMomentum)
        #expect(try optimizer([]) is AdamW)
    }

    @Test func ratesReachTheirParameters() throws {
        let rates = "optimizer.rates={visual.conv1.*: 0.0, visual.*: 0.5}"
        #expect(try group(of: "visual.conv1.weight", [rates]).multiplier == 0)
        #expect(try group(of: "visual.proj", [rates]).multiplier == 0.5)
        #expect(try group(of: "text_projection", [rates]).multiplier == 1)
        let all = ["optimizer.rates={'*': 0.5}", "temperature.learningRate=6e-3"]
        #expect(try group(of: "logit_scale", all).multiplier == 2)

        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer([rates, "schedule.warmup=0 steps"])
        defer { trainer.loader.shutdown() }
        let weight = try #require(trainer.model.parameters["visual.conv1.weight"])
        let other = try #require(trainer.model.parameters["visual.proj"])
        let before = try (weight.scalars(as: Float.self), other.scalars(as: Float.self))
        try trainer.step()
        #expect(try weight.scalars(as: Float.self) == before.0)
        #expect(try other.scalars(as: Float.self) != before.1)
    }

    @Test(arguments: [
        (0.031, false), (0.0301, false), (0.0299, true), (0.01, true), (0.07, false), (1e-4, true),
    ])
    func threshold(temperature: Double, isLow: Bool) throws {
        let factor = try TemperatureRate.factor(logitScale: .full([], log(1 / temperature)))
        #expect(factor.shape == [])
        #expect(factor.dtype == .float32)
        #expect(try abs(factor.item() - (isLow ? 1.0 / 3 : 1)) < 1e-7)
    }

    /// The scale moves by AdamW's first step, which is the rate whatever the gradient.
    @Test(arguments: [
        ("shared", 0.07, 1e-3 / 4), ("constant", 0.07, 1e-3), ("stepThreshold", 0.07, 1e-3),
        ("stepThreshold", 0.02, 1e-3 / 3),
    ])
    func schedulesOfTheTemperature(schedule: String, initial: Double, expected: Double) throws {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer([
            "temperature={schedule: \(schedule), learningRate: 1e-3, initial: \(initial)}",
            "schedule.warmup=4 steps", "optimizer.epsilon=1e-20",
        ])
        defer { trainer.loader.shutdown() }
        let before = try trainer.model.logitScale.item()
        try trainer.step()
        #expect(try abs(abs(trainer.model.logitScale.item() - before) - expected) < 1e-6)
    }

    /// Each step looks at the temperature anew, so that the rate comes back.
    @Test func thresholdIsNotSticky() throws {
        let fixture = try TrainingFixture()
        let trainer = try fixture.trainer([
            "temperature={schedule: stepThreshold, learningRate: 1e-3}",
            "optimizer={kind: lion, weightDecay: 0}",
            "schedule.warmup=0 steps",
        ])
        defer { trainer.loader.shutdown() }
        let scale = trainer.model.logitScale
        for (temperature, rate) in [(0.07, 1e-3), (0.02, 1e-3 / 3), (0.07, 1e-3)] {
            try withoutGradient { try scale.fill(log(1 / temperature)) }
            try trainer.step()
            #expect(try abs(abs(scale.item() - log(1 / temperature)) - rate) < 1e-6)
        }
    }

    @Test func storageReachesItsTensors() throws {
        let fixture = try TrainingFixture()
        func types(_ storage: String) throws -> (weights: [String: DType], moments: Set<DType>) {
            let trainer = try fixture.trainer(["storage=\(storage)"])
            defer { trainer.loader.shutdown() }
            try trainer.step()
            #expect(try trainer.takeMetrics().means["loss"]?.isFinite == true)
            let entries = trainer.model.parameters.entries
            return (
                Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.tensor.dtype) }),
                Set(try trainer.optimizer.snapshot().tensors.values.map(\.dtype))
            )
        }
        let text = try types("{weights: bfloat16, towers: text}")
        #expect(text.weights["token_embedding.weight"] == .bfloat16)
        #expect(text.weights["visual.proj"] == .float32)
        #expect(text.weights["ln_final.weight"] == .float32)
        #expect(text.weights["logit_scale"] == .float32)
        #expect(text.moments == [.float32])
        let all = try types("{weights: bfloat16, moments: bfloat16}")
        #expect(all.weights["visual.conv1.weight"] == .bfloat16)
        #expect(all.weights["visual.class_embedding"] == .float32)
        #expect(all.moments == [.float32, .bfloat16])
    }

    /// A model with narrow weights computes what the float32 model of the same values does, with its gradients.
    @Test func narrowWeightsComputeInFloat32() throws {
        let fixture = try TrainingFixture()
        let narrow = try fixture.trainer(["storage.weights=bfloat16"])
        defer { narrow.loader.shutdown() }
        let values = Dictionary(
            uniqueKeysWithValues: narrow.model.parameters.entries.map { ($0.name, $0.tensor) }
        )
        let configuration = try #require(narrow.model as? CLIPModel).configuration
        let wide = try CLIPModel(configuration, parameters: ParameterStore(.tensors(values)))
        let batch = try DeviceBatch(#require(try narrow.loader.next()), on: .cpu, epochLength: 40).input
        for model in [narrow.model, wide] {
            let features = try (model.imageFeatures(batch.images), model.textFeatures(batch.texts))
            #expect(features.0.dtype == .float32)
            try backward([(features.0, .ones(features.0.shape)), (features.1, .ones(features.1.shape))])
        }
        let (first, second) = try (narrow.model.textFeatures(batch.texts), wide.textFeatures(batch.texts))
        #expect(try withoutGradient { try (first - second).abs().maximum().item() } < 1e-6)
        for entry in narrow.model.parameters.entries where entry.name != "logit_scale" {
            let found = try #require(entry.tensor.gradient)
            let expected = try #require(wide.parameters[entry.name]?.gradient)
            #expect(found.dtype == entry.tensor.dtype)
            let (error, size) = try withoutGradient {
                try ((found.to(.float32) - expected).abs().maximum().item(), expected.abs().maximum().item())
            }
            // One rounding to nearest at most.
            let bound = found.dtype == .bfloat16 ? 1.0 / 256 : 1e-5
            #expect(error <= bound * size, "\(entry.name)")
        }
    }

    @Test func narrowRunsLearnAndAreReadByOthers() throws {
        let fixture = try TrainingFixture()
        try fixture.train([
            "length=40 steps", "schedule.warmup=2 steps", "objective.maskEqualCaptions=true",
            "storage={weights: bfloat16, moments: bfloat16}",
        ])
        let losses = try fixture.metrics().compactMap { $0["train/loss"] }
        let (first, last) = (losses.prefix(4).reduce(0, +) / 4, losses.suffix(4).reduce(0, +) / 4)
        #expect(last < 0.6 * first, "from \(first) to \(last)")
        let model = try CLIPModel.load(from: fixture.url("run").path)
        #expect(model.parameters.entries.allSatisfy { $0.tensor.dtype == .float32 })
    }
}

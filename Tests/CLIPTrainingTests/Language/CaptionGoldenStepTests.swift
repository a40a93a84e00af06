import CLIPLanguage
import CLIPModels
import CLIPObjectives
import CLIPText
import Foundation
import Testing
import Torch
import TorchNN
import TorchOptim

@testable import CLIPTraining

/// Twenty steps of LLM2CLIP's first stage against peft with the published loss, in float32 (`make_caption_goldens.py`).
@Suite struct CaptionGoldenStepTests {
    private static let rows = 8

    private func relativeDifference(_ found: [Float], _ expected: [Float]) -> Double {
        let norm = expected.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let difference = zip(found, expected).reduce(0.0) {
            $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
        }.squareRoot()
        return found.count == expected.count ? difference / norm : .infinity
    }

    @Test(arguments: [nil, 3]) func twentyStepsArePEFTs(microBatch: Int?) throws {
        let tests = Repository.root.appending(path: "Tests")
        let goldens = try SafetensorsFile(
            path: tests.appending(path: "CLIPTrainingTests/Fixtures/caption-steps.safetensors").path
        ).tensors()
        func golden(_ name: String) throws -> Tensor { try #require(goldens[name]) }
        let source = try LanguageModels.open(
            tests.appending(path: "CLIPLanguageTests/Fixtures/tiny-llama").path
        )
        var options = LowRankAdapter.Options()
        (options.rank, options.alpha, options.dropout) = (4, 8, 0)
        let prefix = "first."
        let first = goldens.filter { $0.key.hasPrefix(prefix) }
        let model = try CaptionPairModel(
            source,
            // Ids are given.
            tokens: SentenceTokenizer(
                CaptionGoldenTokenizer.make(),
                SentenceEncoding(),
                for: source.configuration
            ),
            options: options,
            parameters: ParameterStore(
                .tensors(
                    Dictionary(
                        uniqueKeysWithValues: first.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
                    )
                )
            )
        )
        #expect(model.parameters.entries.count == first.count)
        let optimizer = try GroupedOptimizer(
            model.parameters.trained,
            options: AdamWOptions(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0)
        )
        var stepOptions = TrainingStep.Options()
        stepOptions.clipNorm = 1
        stepOptions.memory = ActivationMemory(microBatch: microBatch)
        let step = TrainingStep(
            model: model,
            objective: CaptionContrastiveObjective(),
            optimizer: optimizer,
            options: stepOptions
        )
        let ids: [Int32] = try golden("ids").scalars()
        let lengths: [Int32] = try golden("lengths").scalars()
        let pooled: [Int32] = try golden("pooled").scalars()
        let losses: [Float] = try golden("losses").scalars()
        let norms: [Float] = try golden("norms").scalars()
        let schedule = LearningRateSchedule(peak: 2e-3, shape: .linear)
        var (text, place) = (0, 0)
        for number in losses.indices {
            var texts: [[Int32]] = []
            let counts = Array(pooled[text..<text + 3 * Self.rows])
            for length in lengths[text..<text + 3 * Self.rows] {
                texts.append(Array(ids[place..<place + Int(length)]))
                place += Int(length)
            }
            text += 3 * Self.rows
            var sequences = TokenSequences(texts)
            sequences.pooledCounts = counts
            let batch = DeviceBatch(
                input: ModelInput(
                    images: try Tensor.zeros([Self.rows, 3, 0, 0], dtype: .uint8),
                    texts: .tokens(sequences),
                    position: number * Self.rows
                ),
                ordinals: (0..<Int64(Self.rows)).map(\.self),
                captionKeys: try Tensor([Int64](repeating: 0, count: 3 * Self.rows))
            )
            let metrics = try step.train(
                on: batch,
                learningRate: schedule.rate(step: number, of: losses.count, warmup: 4)
            )
            #expect(try abs(Float(metrics["loss"].item()) / losses[number] - 1) < 1e-4, "step \(number)")
            let norm = try Float(#require(step.gradientNorm).item())
            #expect(abs(norm / norms[number] - 1) < 1e-4, "step \(number)")
        }
        for entry in model.parameters.entries {
            let found: [Float] = try entry.tensor.detached().scalars()
            let last: [Float] = try golden("last.\(entry.name)").scalars()
            let first: [Float] = try golden("first.\(entry.name)").scalars()
            #expect(relativeDifference(found, last) < 1e-4, "\(entry.name)")
            // It has gone somewhere.
            #expect(relativeDifference(first, last) > 1e-3, "\(entry.name)")
        }
    }
}

/// A tokenizer that is not asked.
private enum CaptionGoldenTokenizer {
    static func make() throws -> ByteLevelTokenizer {
        let folder = try TemporaryDirectory()
        try LanguageFixture.writeModel(folder.url)
        return try ByteLevelTokenizer(tokenizerURL: folder.url.appending(path: "tokenizer.json"))
    }
}

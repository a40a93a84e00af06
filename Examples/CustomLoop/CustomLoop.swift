// A custom training loop with a custom loss.
//
//   swift build -c release --product custom-loop
//   .build/release/custom-loop 'data/demo/train/*.tar' Examples/models/demo-64.json 100

import CLIPData
import CLIPModels
import CLIPObjectives
import CLIPText
import CLIPTraining
import Foundation
import Torch
import TorchDistributed
import TorchNN
import TorchOptim

/// Cosines of pairs are pulled to 1 and all others to 0: `L = 1/B ‖E1 E2ᵀ - I‖²`, so `dE1 = 2/B (E1 E2ᵀ - I) E2`.
struct SquaredLoss: Objective {
    func evaluate(_ input: ObjectiveInput, collective: any Collective) throws -> ObjectiveOutput {
        try withoutGradient {
            let count = input.image.size(0)
            let places = try Tensor.arange(0..<count)
            let isPair = try places.unsqueezed(1) .== places.unsqueezed(0)
            let rest = try input.image.matmul(input.text.transposed()) - isPair.to(.float32)
            let loss = try (rest.squared().sum() * (1 / Double(count))).reshaped([1])
            return ObjectiveOutput(
                image: try rest.matmul(input.text) * (2 / Double(count)),
                text: try rest.transposed().matmul(input.image) * (2 / Double(count)),
                parameters: [:],
                metrics: MetricVector(names: ["loss"], values: loss)
            )
        }
    }

    func constrain(_ parameters: [String: Tensor]) throws {}
}

@main
struct CustomLoop {
    static func main() {
        do {
            try run()
        } catch {
            // An error that leaves `main` would be a trap with a dump of registers.
            print("error: \(error)")
            exit(1)
        }
    }

    private static func run() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let steps = Int(arguments[3]) else {
            return print("usage: custom-loop SHARDS CONFIG STEPS")
        }
        let configuration = try ModelCatalog.configuration(arguments[2])
        let model = try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 0)))
        let tokenizer = try CLIPTokenizer.bundled()
        guard case .tokens(let contextLength) = model.textKind else { return print("a text tower is needed") }
        let loader = try DataLoader(
            source: ShardDataset.open([arguments[1]]),
            settings: LoaderSettings(batchSize: 16, captions: CaptionPolicy(fields: ["txt"])),
            images: TrainingImages(TrainTransform(height: model.imageSize, width: model.imageSize)),
            texts: .tokens { tokenizer.tokens($0, contextLength: contextLength) }
        )
        let step = TrainingStep(
            model: model,
            objective: SquaredLoss(),
            optimizer: try GroupedOptimizer(model.parameters.trained, options: AdamWOptions())
        )
        let trainer = Trainer(step, loader: loader) { _ in 1e-3 }
        for number in 1...max(steps, 1) {
            try trainer.step()
            print("step \(number): loss", try trainer.takeMetrics().means["loss"] ?? .nan)
        }
    }
}

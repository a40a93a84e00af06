import CLIPModels
import Foundation
import Testing
import Torch
import TorchNN

/// A new model against the statistics of open_clip's initialisation.
@Suite struct InitializationTests {
    struct Statistics: Decodable {
        let shape: [Int]
        let mean, std, max: Double
        var count: Int { shape.reduce(1, *) }
    }

    /// Blocks 1 to 10 of a tower are drawn like block 0, which stands for them in the fixture.
    private func expected() throws -> [String: Statistics] {
        let file = Golden.fixtures.appending(path: "init-ViT-S-32.json")
        var all = try JSONDecoder().decode([String: Statistics].self, from: Data(contentsOf: file))
        for (name, statistics) in all
        where name.contains(".resblocks.0.") || name.hasPrefix("transformer.resblocks.0.") {
            for block in 1...10 {
                all[name.replacingOccurrences(of: "resblocks.0.", with: "resblocks.\(block).")] = statistics
            }
        }
        return all
    }

    @Test func namesShapesAndValues() throws {
        let expected = try expected()
        let configuration = try ModelCatalog.configuration("ViT-S-32")
        let model = try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: 7)))
        let entries = model.parameters.entries
        #expect(entries.count == 302)
        #expect(Set(entries.map(\.name)) == Set(expected.keys))
        #expect(ModelSummary(configuration).parameters == model.parameters.parameterCount)
        try withoutGradient {
            for entry in entries {
                let goal = try #require(expected[entry.name])
                #expect(entry.tensor.shape == goal.shape, "\(entry.name)")
                try compare(entry, goal)
            }
        }
    }

    /// Means and deviations of n draws scatter by σ/√n and σ/√(2n): both models do, so that six deviations of
    /// their difference leave no room for chance and little for a wrong law.
    private func compare(_ entry: ParameterStore.Entry, _ goal: Statistics) throws {
        let mean = try entry.tensor.mean().item()
        guard goal.std > 0 else {
            #expect(abs(mean - goal.mean) < 1e-5 * Swift.max(1, abs(goal.mean)), "\(entry.name)")
            #expect(try (entry.tensor - mean).abs().maximum().item() < 1e-6, "\(entry.name)")
            return
        }
        let scatter = goal.std * (2 / Double(goal.count)).squareRoot()
        let deviation = try (entry.tensor - mean).squared().mean().item().squareRoot()
        let largest = try entry.tensor.abs().maximum().item()
        #expect(
            abs(mean - goal.mean) < 6 * scatter + 1e-7,
            "\(entry.name): mean \(mean), open_clip's \(goal.mean)"
        )
        #expect(
            abs(deviation - goal.std) < 6 * scatter / 2.0.squareRoot() + 2e-6 * goal.std,
            "\(entry.name): deviation \(deviation), open_clip's \(goal.std)"
        )
        // A normal law reaches beyond three deviations and a uniform one ends at √3, for more than a few draws.
        #expect(
            (largest > 2.5 * deviation) == (goal.max > 2.5 * goal.std),
            "\(entry.name): largest value \(largest)"
        )
    }

    @Test func seedsDecideTheValues() throws {
        let configuration = try CheckpointDirectory(Golden("tiny-gelu").directory).configuration
        func projection(_ seed: UInt64) throws -> Tensor {
            let model = try CLIPModel(configuration, parameters: ParameterStore(.initialize(seed: seed)))
            return try #require(model.parameters["visual.proj"])
        }
        #expect(try difference(projection(1), projection(1)) == 0)
        #expect(try difference(projection(1), projection(2)) > 0.01)
    }
}

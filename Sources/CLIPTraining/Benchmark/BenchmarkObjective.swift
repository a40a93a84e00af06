import CLIPData
import CLIPModels
import CLIPObjectives
import Foundation
import Torch

/// A published method's loss in a recipe of defaults, as a long run over a million samples would have it.
struct BenchmarkObjective {
    let recipe: Recipe
    let objective: any Objective
    /// What it knows of each sample.
    let states: any SampleStates
    private let batch: Int
    private let order: GlobalOrder?
    private let folder: BenchmarkFolder?

    /// - Parameter samples: How many samples have a record, in a file; nil for those of one batch, in memory.
    init(_ preset: ObjectivePreset, batch: Int, samples: Int? = nil) throws {
        let lines = [
            "model: {config: benchmark}", "data: {train: benchmark}", "batch: \(batch)", "length: 1k steps",
            "objective: {preset: \(preset.rawValue)}",
        ]
        recipe = try Recipe(yaml: lines.joined(separator: "\n"), name: "benchmark")
        self.batch = batch
        let pace = try TrainingPace(recipe, samplesPerEpoch: max(batch, samples ?? 1_000_000))
        let width = recipe.sampleStateWidth
        if let samples, width > 0 {
            let folder = try BenchmarkFolder()
            states = try SampleStateDirectory(run: folder.url)
                .create(width: width, numbering: NumberedSamples(ordinalCount: samples))
            self.folder = folder
            order = GlobalOrder(count: samples, seed: 0)
        } else {
            states = MemorySampleStates(count: batch, width: width)
            folder = nil
            order = nil
        }
        objective = try recipe.lossFamily.objective(recipe, pace: pace, states: states)
    }

    /// The samples of a step's batch: in a shuffled order of all, or the same ones in each step.
    func ordinals(step: Int) -> [Int64] {
        (0..<batch).map { row in Int64(order?.sample(at: step * batch + row).index ?? row) }
    }

    /// The model with what the loss needs of it.
    func adjusted(_ configuration: ModelConfiguration) -> ModelConfiguration {
        var configuration = configuration
        configuration.add(recipe.lossFamily.addedParameters(in: recipe))
        return configuration
    }
}

/// Samples that are known by their numbers alone.
private struct NumberedSamples: SampleNumbering {
    let ordinalCount: Int

    func identity(ofOrdinal ordinal: Int) -> UInt64 { UInt64(ordinal) }
}

/// A temporary directory, removed with the last reference.
private final class BenchmarkFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "clip-benchmark-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

import CLIPModels
import CLIPObjectives
import Foundation
import Torch

/// Measures what this machine computes in a second, by steps of the stage itself on random pixels and texts of the stage's
/// mean length.
///
/// The time of steps of two sizes, of which the larger has twice the pairs, gives what a pair takes; what does not grow with
/// the pairs, such as the optimizer, counts by the share that it has of the stage's own batch.
struct RateMeasurement {
    private let estimate: StageEstimate
    private let microBatch: Int?
    private let samplesPerEpoch: Int?

    /// - Parameter samplesPerEpoch: nil where nobody knows.
    init(_ estimate: StageEstimate, microBatch: Int?, samplesPerEpoch: Int?) {
        (self.estimate, self.microBatch, self.samplesPerEpoch) = (estimate, microBatch, samplesPerEpoch)
    }

    /// A step lasts about so long before it is trusted.
    private static let seconds = 1.0
    /// No more pairs than this in the smaller step.
    private static let mostPairs = 32

    /// Operations in a second.
    func run() throws -> Double {
        let (recipe, configuration, device) = (estimate.recipe, estimate.configuration, estimate.device)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        try Runtime.setThreadCount(recipe.threads.count(automatic: cores))
        let model = try CLIPModel(configuration, recipe, on: device)
        try model.freeze(recipe.train)
        let most = min(Self.mostPairs, microBatch ?? estimate.localBatch)
        var pairs = min(4, most)
        let step = try MeasuredStep(
            recipe,
            model,
            estimate,
            largest: 2 * Self.mostPairs,
            samplesPerEpoch: samplesPerEpoch
        )
        // The first step also allocates what the others use again.
        _ = try step.seconds(pairs)
        var small = try step.seconds(pairs)
        while small < Self.seconds, pairs < most {
            pairs = min(most, 2 * pairs)
            small = try step.seconds(pairs)
        }
        small = min(small, try step.seconds(pairs))
        let large = min(try step.seconds(2 * pairs), try step.seconds(2 * pairs))
        let perPair = max((large - small) / Double(pairs), large / Double(2 * pairs) / 4)
        let perStep = max(0, small - perPair * Double(pairs))
        let batch = Double(estimate.localBatch)
        // Of the measured steps, which are not in parts; of the stage's, which may be.
        let whole = 2 * estimate.work(microBatch: nil).step
        let own = 2 * estimate.work(microBatch: microBatch).step
        return own * batch / (perStep + perPair * batch * own / whole)
    }
}

/// Steps of any number of pairs.
private struct MeasuredStep {
    private let step: TrainingStep
    private let batch: SyntheticBatch
    private let device: Device
    private let tokens: Int

    init(
        _ written: Recipe,
        _ model: CLIPModel,
        _ estimate: StageEstimate,
        largest: Int,
        samplesPerEpoch: Int?
    ) throws {
        var recipe = written
        recipe.microBatch = nil
        let pace = try TrainingPace(
            recipe,
            samplesPerEpoch: samplesPerEpoch ?? max(recipe.batch, 1_000_000)
        )
        let states = MemorySampleStates(count: largest, width: recipe.sampleStateWidth)
        step = try TrainingStep(
            recipe,
            model: model,
            objective: recipe.lossFamily.objective(recipe, pace: pace, states: states)
        )
        batch = SyntheticBatch(recipe, estimate.configuration, on: estimate.device)
        device = estimate.device
        tokens = Int((estimate.samples.tokens.mean).rounded())
    }

    func seconds(_ pairs: Int) throws -> Double {
        let input = try batch.input(pairs, tokens: tokens)
        let keys = try Tensor.arange(0..<input.texts.count, on: device)
        let start = ContinuousClock.now
        let rows = DeviceBatch(input: input, ordinals: (0..<Int64(pairs)).map(\.self), captionKeys: keys)
        _ = try step.train(on: rows, learningRate: 0)["loss"].item()
        return start.secondsSince
    }
}

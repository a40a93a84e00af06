import CLIPObjectives
import Foundation

/// The symmetric contrastive losses: CLIP, SogCLR, iSogCLR, FastCLIP, NeuCLIP.
struct ContrastiveFamily: ObjectiveFamily {
    /// `contrastive`
    var name: String { "contrastive" }

    /// Each of them has.
    var hasNormalizers: Bool { true }

    /// One temperature for all, where it is trained.
    func trains(_ parameter: String, in recipe: Recipe) -> Bool { recipe.temperature.rule == .global }

    /// The averages and temperatures of each sample, and the prototypes of the network.
    func memory(in recipe: Recipe) -> ObjectiveMemory {
        var numbers: [String] = []
        if recipe.objective.normalizer == .movingAverage { numbers += ["ln u (image)", "ln u (text)"] }
        if recipe.temperature.rule == .individual {
            numbers += ["image", "text"].flatMap { side in
                ["τ (\(side))", "first moment (\(side))", "second moment (\(side))"]
            }
        }
        let network = recipe.objective.normalizer == .network ? recipe.objective.network : nil
        return ObjectiveMemory(
            sampleNumbers: numbers,
            learned: network.map { "\($0.prototypes) prototypes of each side" }
        )
    }

    /// The loss.
    func objective(_ recipe: Recipe, pace: TrainingPace, states: any SampleStates) throws
        -> any CLIPObjectives.Objective
    {
        let averages =
            recipe.objective.normalizer == .movingAverage ? MovingAverageNormalizer.stateWidth : 0
        return ContrastiveObjective(
            normalizer: try normalizer(recipe, pace: pace, states: StateColumns(states, 0..<averages)),
            temperature: temperatureRule(recipe, states: StateColumns(states, averages..<states.width)),
            multipliesByTemperature: recipe.objective.multiplyByTemperature,
            textSide: recipe.objective.textSide,
            workspace: recipe.objective.workspace.bytes
        )
    }

    private func normalizer(_ recipe: Recipe, pace: TrainingPace, states: any SampleStates) throws
        -> any NormalizerEstimator
    {
        let objective = recipe.objective
        return switch objective.normalizer {
        case .batch: BatchNormalizer()
        case .movingAverage:
            MovingAverageNormalizer(
                states: states,
                epsilon: objective.epsilon,
                rate: innerRate(objective.innerRate, pace: pace)
            )
        case .network:
            try NetworkNormalizer(
                NetworkNormalizerOptions(objective.network, seed: recipe.seed),
                epsilon: objective.epsilon
            )
        }
    }

    private func temperatureRule(_ recipe: Recipe, states: any SampleStates) -> any TemperatureRule {
        let temperature = recipe.temperature
        switch temperature.rule {
        case .global, .constant:
            return GlobalTemperature(
                isLearnable: temperature.rule == .global,
                bounds: temperature.logScales,
                robustness: temperature.rho,
                gradient: temperature.gradient
            )
        case .individual:
            let betas = recipe.optimizer.betas
            return IndividualTemperature(
                states: states,
                initial: temperature.first,
                bounds: 1 / temperature.maximumScale...1 / temperature.minimumScale,
                robustness: temperature.rho,
                learningRate: temperature.learningRate ?? recipe.peakLearningRate,
                betas: (betas.first, betas.second),
                gradient: temperature.gradient
            )
        }
    }

    /// γ; the durations in it are epochs.
    private func innerRate(_ settings: Recipe.Objective.InnerRate, pace: TrainingPace) -> InnerRate {
        switch settings.schedule {
        case .constant: return .constant(settings.minimum)
        case .cosine:
            return .cosine(minimum: settings.minimum, epochs: pace.epochs(of: settings.decay) ?? 1)
        case .recommended:
            let epochs = pace.epochs ?? 1
            return .cosine(minimum: InnerRate.recommendedMinimum(epochs: epochs), epochs: epochs)
        }
    }
}

import CLIPObjectives
import Foundation

// The loss that a recipe describes.

extension Recipe {
    /// Numbers that the loss keeps for each sample; 0 for none.
    var sampleStateWidth: Int {
        guard objective.kind == .contrastive else { return 0 }
        return (keepsAverages ? MovingAverageNormalizer.stateWidth : 0)
            + (temperature.rule == .individual ? IndividualTemperature.stateWidth : 0)
    }

    private var keepsAverages: Bool { objective.normalizer == .movingAverage }

    /// The loss.
    ///
    /// - Parameter states: Records of ``sampleStateWidth`` numbers for each sample; nil where that is 0.
    func assembledObjective(pace: TrainingPace, states: (any SampleStates)?) throws
        -> any CLIPObjectives.Objective
    {
        let scales = Foundation.log(temperature.minimumScale)...Foundation.log(temperature.maximumScale)
        if objective.kind == .sigmoid {
            return SigmoidObjective(
                bounds: scales,
                isLearnable: temperature.rule != .constant,
                workspace: objective.workspace.bytes
            )
        }
        let records = states ?? MemorySampleStates(count: 0, width: 0)
        let averages = keepsAverages ? MovingAverageNormalizer.stateWidth : 0
        return ContrastiveObjective(
            normalizer: try normalizer(pace: pace, states: StateColumns(records, 0..<averages)),
            temperature: temperatureRule(
                states: StateColumns(records, averages..<records.width),
                scales: scales
            ),
            multipliesByTemperature: objective.multiplyByTemperature,
            textSide: objective.textSide,
            workspace: objective.workspace.bytes
        )
    }

    private func normalizer(pace: TrainingPace, states: any SampleStates) throws -> any NormalizerEstimator {
        switch objective.normalizer {
        case .batch: BatchNormalizer()
        case .movingAverage:
            MovingAverageNormalizer(
                states: states,
                epsilon: objective.epsilon,
                rate: innerRate(pace: pace)
            )
        case .network:
            try NetworkNormalizer(
                NetworkNormalizerOptions(objective.network, seed: seed),
                epsilon: objective.epsilon
            )
        }
    }

    private func temperatureRule(states: any SampleStates, scales: ClosedRange<Double>)
        -> any TemperatureRule
    {
        switch temperature.rule {
        case .global, .constant:
            return GlobalTemperature(
                isLearnable: temperature.rule == .global,
                bounds: scales,
                robustness: temperature.rho,
                gradient: temperature.gradient
            )
        case .individual:
            return IndividualTemperature(
                states: states,
                initial: temperature.initial,
                bounds: 1 / temperature.maximumScale...1 / temperature.minimumScale,
                robustness: temperature.rho,
                learningRate: temperature.learningRate ?? optimizer.learningRate,
                betas: (optimizer.betas.first, optimizer.betas.second),
                gradient: temperature.gradient
            )
        }
    }

    /// γ; the durations in it are epochs.
    private func innerRate(pace: TrainingPace) -> InnerRate {
        let settings = objective.innerRate
        switch settings.schedule {
        case .constant: return .constant(settings.minimum)
        case .cosine:
            return .cosine(minimum: settings.minimum, epochs: pace.epochs(of: settings.decay) ?? 1)
        case .recommended:
            let epochs = pace.epochs ?? 1
            return .cosine(minimum: InnerRate.recommendedMinimum(epochs: epochs), epochs: epochs)
        }
    }

    /// Throws `RecipeError` for values that contradict the size of the data or the length of the run.
    func validateObjective(pace: TrainingPace) throws {
        let problems = objectiveProblems(pace: pace)
        guard problems.isEmpty else { throw RecipeError(problems) }
    }

    private func objectiveProblems(pace: TrainingPace) -> [RecipeProblem] {
        var problems: [RecipeProblem] = []
        func add(_ path: String, _ reason: String) {
            problems.append(RecipeProblem(.conflict(reason: reason), path: path))
        }
        guard objective.kind == .contrastive else { return [] }
        // Weights over n - 1 negatives are at most ln(n - 1) away from uniform; those of the batch alone, ln(B - 1).
        let negatives = (objective.normalizer == .batch ? pace.batch : pace.samplesPerEpoch) - 1
        let limit = Foundation.log(Double(max(negatives, 1)))
        let isRobust =
            temperature.rule == .individual
            || (temperature.rule == .global && objective.multiplyByTemperature)
        if isRobust, temperature.rho >= limit {
            let reason =
                "ρ is \(temperature.rho), and no weights over \(negatives) negatives diverge from uniform by more than "
                + "ln \(negatives) = \(limit.rounded(digits: 2)): it could only drive the temperature to its floor. Take a "
                + "smaller ρ."
            add("temperature.rho", reason)
        }
        if keepsAverages {
            switch objective.innerRate.schedule {
            case .constant: break
            case .cosine where pace.epochs(of: objective.innerRate.decay) != nil: break
            case .cosine:
                let reason =
                    "the length of the run is a time, so a share or time of it is no number of epochs; give epochs."
                add("objective.innerRate.decay", reason)
            case .recommended where pace.epochs == nil:
                let reason =
                    "it needs the number of epochs, and the length of the run is a time; take `cosine` or `constant`."
                add("objective.innerRate.schedule", reason)
            case .recommended: break
            }
        }
        return problems
    }
}

extension TrainingPace {
    /// Epochs of the whole run, where its length is no time.
    var epochs: Double? {
        guard case .steps(let steps) = length else { return nil }
        return Double(steps) * Double(batch) / Double(samplesPerEpoch)
    }

    /// A duration in epochs, where it is no time.
    func epochs(of duration: TrainingDuration) -> Double? {
        // What was said in epochs is not rounded to steps.
        if case .epochs(let count) = duration { return count }
        guard case .steps(let steps) = span(of: duration) else { return nil }
        return Double(steps) * Double(batch) / Double(samplesPerEpoch)
    }
}

extension Double {
    fileprivate func rounded(digits: Int) -> Double {
        let factor = pow(10, Double(digits))
        return (self * factor).rounded() / factor
    }
}
